using Akka.Actor;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>How consumer groups of a broker come to be, change and go: checked here, journalled, started, published, answered.</summary>
public sealed partial class BrokerActor
{
    private readonly GroupDeletions _deletions = new();
    private readonly Dictionary<string, IReadOnlyList<CommittedOffset>> _leftOffsets = new(StringComparer.Ordinal);

    /// <summary>Orders about one group take effect in the order in which they came, although a deletion takes its time.</summary>
    private void TakeGroupOrder(string group, object order)
    {
        if (_deletions.IsWaitedFor(group) || MustWait(group, order))
        {
            _deletions.Defer(group, order, Sender);
        }
        else
        {
            Do(order, Sender);
        }
    }

    /// <summary>A group that is just being made or changed is deleted when it is ready.</summary>
    private bool MustWait(string group, object order) => _deletions.Contains(group) || (order is BrokerProtocol.DeleteGroup && _groups.IsChanging(group));

    private void DoDeferred(string group)
    {
        while (_deletions.TryPeekDeferred(group, out var next) && !MustWait(group, next.Order))
        {
            _deletions.DropDeferred(group);
            Do(next.Order, next.Asker);
        }
    }

    private void Do(object order, IActorRef asker)
    {
        switch (order)
        {
            case BrokerProtocol.EnsureGroup ensure:
                EnsureGroup(ensure.Group, asker);
                break;
            case BrokerProtocol.ChangeGroup change:
                ChangeGroup(change.Config, asker);
                break;
            case BrokerProtocol.DeleteGroup delete:
                DeleteGroup(delete, asker);
                break;
        }
    }

    private void EnsureGroup(string group, IActorRef asker)
    {
        if (!GroupName.Validate(group, out var remark))
        {
            asker.Tell(new BrokerProtocol.Refused(ResponseCode.SystemError, remark));
        }
        else if (_groups.IsChanging(group))
        {
            _groups.Await(group, asker);
        }
        else if (_broker.Directory.TryGetGroup(group, out var existing))
        {
            AnswerWithRetryTopic(existing, asker);
        }
        else if (!SystemGroups.MayCreate(_broker.Settings, group))
        {
            asker.Tell(new BrokerProtocol.Refused(
                ResponseCode.SubscriptionGroupNotExist, $"subscription group [{group}] does not exist, create it first (auto-create-subscription-group is off)"));
        }
        else if (WhyNoRoomFor(group) is { } full)
        {
            asker.Tell(new BrokerProtocol.Refused(ResponseCode.SubscriptionGroupNotExist, full));
        }
        else
        {
            _groups.Await(group, asker);
            _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.GroupChanged(new SubscriptionGroupConfig(group))));
        }
    }

    private void ChangeGroup(SubscriptionGroupConfig wanted, IActorRef asker)
    {
        var group = wanted.GroupName;
        if (WhyNoRoomFor(group) is { } full)
        {
            asker.Tell(new BrokerProtocol.Refused(ResponseCode.SystemError, full));
            return;
        }

        var config = _broker.Directory.TryGetGroup(group, out var existing) ? wanted with { Newer = existing.Config.Newer } : wanted;
        _groups.Await(group, asker, config);
        _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.GroupChanged(config)));
    }

    private string? WhyNoRoomFor(string group)
    {
        var limit = _node.Settings.Limits.MaxConsumerGroups;
        return _groups.Contains(group) || _groups.IsChanging(group) || _groups.Count < limit
            ? null
            : $"this broker has {limit} consumer groups already (rocket.limits.max-consumer-groups)";
    }

    /// <summary>A group that was deleted may have left offsets, from which one of its name goes on.</summary>
    private void GroupChanged(SubscriptionGroupConfig config)
    {
        if (_groups.Contains(config.GroupName) || _groups.IsExpected(config.GroupName))
        {
            StartGroup(config);
        }
        else
        {
            _metadata.Tell(new MetadataProtocol.QueryLeftOffsets(config));
        }
    }

    private void StartGroup(MetadataProtocol.LeftOffsets left)
    {
        _leftOffsets[left.Config.GroupName] = left.Offsets;
        StartGroup(left.Config);
    }

    private void GroupReady(GroupHandle handle)
    {
        if (_deletions.TryFind(handle.Actor, out _))
        {
            // It was told to start twice, since an answer was late, and to stop in between.
            return;
        }

        var group = handle.Config.GroupName;
        Context.Watch(handle.Actor);
        _leftOffsets.Remove(group);
        _groups.Ready(handle);
        _broker.Directory.Publish(handle);
        var askers = _groups.TakeAskers(handle.Config);
        if (!_groups.IsChanging(group))
        {
            // Else another configuration is under way to it, and is told again if no answer comes.
            _groupStarts.Started(group);
        }

        StartNext();
        foreach (var (asker, isChange) in askers)
        {
            // A tool that makes a group makes no topic by that; consumers do.
            if (isChange && !_topics.Contains(TopicName.RetryOf(group)))
            {
                asker.Tell(new BrokerProtocol.GroupAvailable(handle));
            }
            else
            {
                AnswerWithRetryTopic(handle, asker);
            }
        }

        DoDeferred(group);
    }

    /// <summary>
    /// A consumer's first rebalance needs the route of its group's retry topic: the group is handed out once that exists. It gets more queues when the group
    /// wants more, and never fewer, since messages may be in them.
    /// </summary>
    private void AnswerWithRetryTopic(GroupHandle group, IActorRef asker)
    {
        var answer = new BrokerProtocol.GroupAvailable(group);
        var wanted = group.Config.RetryQueueNums;
        var topic = TopicCreation.RetryTopic(group.Config.GroupName, wanted);
        if (_topics.IsChanging(topic.Topic))
        {
            _topics.Await(topic.Topic, asker, answer);
        }
        else if (wanted <= 0 || topic.Topic.Length > TopicName.MaxLength)
        {
            asker.Tell(answer);
        }
        else if (!_broker.Directory.TryGetTopic(topic.Topic, out var existing))
        {
            ChangeTopic(topic, asker, answer);
        }
        else if (existing.Config is { } config && (config.ReadQueueNums < wanted || config.WriteQueueNums < wanted))
        {
            ChangeTopic(
                config with { ReadQueueNums = Math.Max(config.ReadQueueNums, wanted), WriteQueueNums = Math.Max(config.WriteQueueNums, wanted) }, asker, answer);
        }
        else
        {
            asker.Tell(answer);
        }
    }

    private void DeleteGroup(BrokerProtocol.DeleteGroup delete, IActorRef asker)
    {
        var group = delete.Group;
        if (_groups.TryRemove(group, out var handle))
        {
            _broker.Directory.RemoveGroup(group);
            _deletions.Begin(group, delete.RemoveOffsets, handle.Actor, asker);

            // Told of its end even if that was long ago.
            Context.Watch(handle.Actor);
            handle.Actor.Tell(ShardProtocol.StopEntity.Instance);
        }
        else if (delete.RemoveOffsets)
        {
            _deletions.Begin(group, delete.RemoveOffsets, ActorRefs.Nobody, asker);
            _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.GroupDeleted(group, delete.RemoveOffsets)));
        }
        else
        {
            asker.Tell(BrokerProtocol.GroupGone.Instance);
        }
    }

    /// <summary>What the group had to say is durable. False: no deletion waits for this actor.</summary>
    private bool TryDeleteEnded(IActorRef actor)
    {
        if (!_deletions.TryFind(actor, out var deletion))
        {
            return false;
        }

        _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.GroupDeleted(deletion.Group, deletion.RemoveOffsets)));
        return true;
    }

    private void GroupDeleted(string group)
    {
        if (_deletions.TryEnd(group, out var deletion))
        {
            deletion.Asker.Tell(BrokerProtocol.GroupGone.Instance);
        }

        DoDeferred(group);
    }
}
