using Akka.Actor;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Replication;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>How topics and groups are started, at the broker's start and later: through the region, a bounded number at a time.</summary>
public sealed partial class BrokerActor
{
    /// <summary>Enough to keep all threads busy; each topic asks for its queues' ordinals and recovers their logs.</summary>
    private const int StartedAtATime = 64;

    /// <summary>A start that met the entity's last incarnation on its way out was lost: it is told again.</summary>
    private static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(2);

    /// <summary>The shard learns about as soon as this actor that a group's actor has ended.</summary>
    private static readonly TimeSpan LostStartRetry = TimeSpan.FromMilliseconds(10);

    private readonly StartWindow<TopicConfig> _topicStarts = new(StartedAtATime);
    private readonly StartWindow<SubscriptionGroupConfig> _groupStarts = new(StartedAtATime);
    private ILookup<string, TopicOffsets> _offsets = OffsetsByGroup([]);
    private ILookup<string, QueueLock> _locks = LocksByGroup([]);

    private void StartEntities(MetadataSnapshot snapshot)
    {
        _keyValues.Restore(snapshot.KeyValues ?? []);
        _offsets = OffsetsByGroup(snapshot.Offsets);
        _locks = LocksByGroup(snapshot.Locks);
        Become(Starting);
        foreach (var topic in snapshot.Topics)
        {
            _topics.Expect(topic.Topic);
            StartTopic(topic);
        }

        foreach (var group in snapshot.Groups)
        {
            _groups.Expect(group.GroupName);
            StartGroup(group);
        }

        AddSystemTopics(snapshot);
        Stash.UnstashAll();
        LeadIfReady();
    }

    private void AddSystemTopics(MetadataSnapshot snapshot)
    {
        foreach (var topic in TopicCreation.OfTheStart(_broker.Settings, _node.Settings.ClusterName))
        {
            var known = snapshot.Topics.FirstOrDefault(existing => existing.Topic == topic.Topic);
            var wanted = topic with { Newer = known?.Newer };
            if (known is null || (topic.Topic == SystemTopics.AutoCreateTemplate && known != wanted) || (topic.Topic == SystemTopics.Schedule && known.ReadQueueNums < topic.ReadQueueNums))
            {
                _topics.Expect(topic.Topic);
                _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.TopicChanged(wanted)));
            }
        }
    }

    private void Starting(object message)
    {
        switch (message)
        {
            case BrokerProtocol.EnsureTopic or BrokerProtocol.ChangeTopic or BrokerProtocol.EnsureGroup or BrokerProtocol.ChangeGroup or BrokerProtocol.DeleteGroup
                or BrokerProtocol.HandOver or BrokerProtocol.HandOverTo:
                Stash.Stash();
                break;
            case BrokerProtocol.StopBroker or ShardProtocol.StopEntity or ReplicaProtocol.Claimed or CopiesProtocol.Deposed:
                Leading(message);
                break;
            default:
                Leading(message);
                LeadIfReady();
                break;
        }
    }

    private void LeadIfReady()
    {
        if (!_topics.AreReady || !_groups.AreReady)
        {
            return;
        }

        (_offsets, _locks) = (OffsetsByGroup([]), LocksByGroup([]));
        Become(Leading);
        StartRetention();
        StartDeliverers();
        _copies.Tell(CopiesProtocol.AllLogsAdded.Instance);
        _broker.Directory.Lead(Self);
        if (_broker.Directory.Placement is { } placement)
        {
            WatchForReturn(placement);
        }

        PublishWithKeyValues();
        Stash.UnstashAll();
        GiveUpIfOthersAreWhole();
    }

    private void StartTopic(TopicConfig config)
    {
        _topicStarts.Want(config.Topic, config);
        StartNext();
    }

    private void StartGroup(SubscriptionGroupConfig config)
    {
        _groupStarts.Want(config.GroupName, config);
        StartNext();
    }

    private void StartNext()
    {
        while (_topicStarts.TryNext(out var topic))
        {
            Tell(topic!);
        }

        while (_groupStarts.TryNext(out var group))
        {
            Tell(group!);
        }

        if (_topicStarts.UnderWay.Count + _groupStarts.UnderWay.Count > 0 && !Timers.IsTimerActive(nameof(StartAgain)))
        {
            Timers.StartSingleTimer(nameof(StartAgain), StartAgain.Instance, StartRetry);
        }
    }

    private void StartUnansweredAgain()
    {
        foreach (var topic in _topicStarts.UnderWay.Values)
        {
            Tell(topic);
        }

        foreach (var group in _groupStarts.UnderWay.Values)
        {
            Tell(group);
        }

        StartNext();
    }

    private void Tell(TopicConfig topic) =>
        Entity(ShardProtocol.TopicEntity(topic.Topic), new TopicProtocol.StartTopic(Name, topic, _epoch.Value, _metadata, _copies));

    private void Tell(SubscriptionGroupConfig group)
    {
        var offsets = _leftOffsets.GetValueOrDefault(group.GroupName) ?? [.. _offsets[group.GroupName].SelectMany(ofTopic => ofTopic.OneByOne())];
        Entity(ShardProtocol.GroupEntity(group.GroupName), new GroupProtocol.StartGroup(group, offsets, [.. _locks[group.GroupName]], _metadata));
    }

    private static ILookup<string, TopicOffsets> OffsetsByGroup(IReadOnlyList<TopicOffsets> offsets) =>
        offsets.ToLookup(ofTopic => ofTopic.Group, StringComparer.Ordinal);

    private static ILookup<string, QueueLock> LocksByGroup(IReadOnlyList<QueueLock> locks) => locks.ToLookup(held => held.Group, StringComparer.Ordinal);
}
