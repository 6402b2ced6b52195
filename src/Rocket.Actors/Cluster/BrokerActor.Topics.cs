using Akka.Actor;
using Rocket.Actors.Links;
using Rocket.Actors.Metadata;
using Rocket.Actors.Routing;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>How topics of a broker come to be: checked here, journalled, started, published, answered.</summary>
public sealed partial class BrokerActor
{
    private void EnsureTopic(BrokerProtocol.EnsureTopic ensure)
    {
        if (_broker.Directory.TryGetTopic(ensure.Topic, out var existing) && !_topics.IsChanging(ensure.Topic))
        {
            Sender.Tell(new BrokerProtocol.TopicAvailable(existing));
            return;
        }

        if (_topics.IsChanging(ensure.Topic))
        {
            _topics.Await(ensure.Topic, Sender);
            return;
        }

        _broker.Directory.TryGetTopic(ensure.DefaultTopic, out var template);
        if (TopicCreation.TryInherit(template?.Config, ensure.Topic, ensure.QueueNums, out var config))
        {
            ChangeTopic(config, Sender);
        }
        else
        {
            Sender.Tell(new BrokerProtocol.Refused(ResponseCode.TopicNotExist, $"topic[{ensure.Topic}] not exist, apply first please!"));
        }
    }

    /// <param name="config">The configuration from now on.</param>
    /// <param name="asker">Who is told once the topic takes messages.</param>
    /// <param name="answer">What it is told; null: <see cref="BrokerProtocol.TopicAvailable"/>.</param>
    private void ChangeTopic(TopicConfig config, IActorRef asker, object? answer = null)
    {
        if (!TopicName.Validate(config.Topic, out var mistake))
        {
            // Nobody would find it: names that are longer than this are not looked up.
            asker.Tell(new BrokerProtocol.Refused(ResponseCode.SystemError, mistake));
            return;
        }

        var limits = _node.Settings.Limits;
        if (!_topics.Contains(config.Topic) && !_topics.IsChanging(config.Topic) && _topics.Count >= limits.MaxTopics)
        {
            asker.Tell(new BrokerProtocol.Refused(ResponseCode.SystemError, $"this broker has {limits.MaxTopics} topics already (rocket.limits.max-topics)"));
            return;
        }

        _topics.Await(config.Topic, asker, answer, config);
        _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.TopicChanged(config)));
    }

    private void TopicReady(TopicProtocol.TopicReady ready)
    {
        Context.Watch(ready.Topic);
        _topicStarts.Started(ready.Handle.Config.Topic);
        StartNext();
        _topics.Ready(ready.Handle, ready.Topic);
        _broker.Directory.Publish(ready.Handle);
        if (_broker.Directory.IsLeading)
        {
            _node.RouteActor.Tell(new RouteProtocol.PublishTopic(Name, _epoch.Value, ready.Handle.Config) { Permission = _broker.Settings.Permission });
        }
    }

    private void PublishAll()
    {
        var addresses = new Dictionary<long, string> { [0] = HostAddress.Of(_node.Settings.AdvertisedHost, _broker.Settings.Port) };
        _node.RouteActor.Tell(new RouteProtocol.PublishBroker(Name, _node.Settings.ClusterName, _epoch.Value, addresses));
        _node.RouteActor.Tell(new RouteProtocol.PublishTopics(Name, _epoch.Value, [.. _topics.Handles.Select(topic => topic.Config)], Complete: true)
        {
            Permission = _broker.Settings.Permission,
        });
    }

    private void RoutePublished(RouteProtocol.IPublication publication)
    {
        switch (publication)
        {
            case RouteProtocol.PublishTopic published:
                foreach (var (asker, answer) in _topics.TakeAnswers(published.Topic))
                {
                    asker.Tell(answer);
                }

                break;
            case RouteProtocol.PublishTopics:
                // Only now do clients find the broker.
                _node.Guardian.Tell(new BrokerProtocol.BrokerLeads(Name, _topics.Count, _groups.Count));
                break;
        }
    }
}
