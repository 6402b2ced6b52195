using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>What handlers outside the hot path ask consumer groups about their offsets.</summary>
internal static class GroupQuestions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Groups that are asked at once.</summary>
    private const int AtOnce = 64;

    /// <summary>The offsets that a group has committed; none for a group that does not exist.</summary>
    public static async Task<IReadOnlyDictionary<QueueId, long>> CommittedAsync(BrokerContext broker, string group)
    {
        if (!broker.Directory.TryGetGroup(group, out var handle))
        {
            return new Dictionary<QueueId, long>();
        }

        var found = await handle.Actor.Ask<GroupProtocol.ProgressFound>(GroupProtocol.QueryProgress.Instance, GatewayEnvironment.LeaderPatience).ConfigureAwait(false);
        return found.Offsets.ToDictionary(committed => new QueueId(committed.Topic, committed.QueueId), committed => committed.Offset);
    }

    /// <summary>The same, or what a group left that was deleted: it goes on from that once it is there again.</summary>
    public static async Task<IReadOnlyDictionary<QueueId, long>> CommittedOrLeftAsync(BrokerContext broker, string group)
    {
        if (broker.Directory.TryGetGroup(group, out _))
        {
            try
            {
                return await CommittedAsync(broker, group).ConfigureAwait(false);
            }
            catch (GroupEndedException) when (broker.Directory.IsLeading)
            {
                // Deleted just now: what it had to say is durable.
            }
        }

        if (!GroupName.Validate(group, out _))
        {
            return new Dictionary<QueueId, long>();
        }

        var left = await broker.Directory.Broker.Ask<MetadataProtocol.OffsetsFound>(new MetadataProtocol.QueryOffsets(group), GatewayEnvironment.LeaderPatience).ConfigureAwait(false);
        return left.Offsets.ToDictionary(committed => new QueueId(committed.Topic, committed.QueueId), committed => committed.Offset);
    }

    /// <summary>The groups of a broker that have committed an offset in a topic. One that does not answer, since it is deleted meanwhile or slow, is left out.</summary>
    public static async Task<IReadOnlyList<string>> WithOffsetsInAsync(BrokerContext broker, string topic, CancellationToken end)
    {
        var question = new GroupProtocol.LookUpTopic(topic);
        GroupHandle[] groups = [.. broker.Directory.Groups];
        var haveOffsets = new bool[groups.Length];
        try
        {
            await Parallel.ForAsync(0, groups.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = end }, async (index, cancellation) =>
                haveOffsets[index] = await HasOffsetsAsync(groups[index], question, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // What has come is better than nothing.
        }

        return [.. groups.Zip(haveOffsets).Where(pair => pair.Second).Select(pair => pair.First.Config.GroupName)];
    }

    private static async Task<bool> HasOffsetsAsync(GroupHandle group, GroupProtocol.LookUpTopic question, CancellationToken end)
    {
        try
        {
            return (await group.Actor.Ask<GroupProtocol.TopicLookedUp>(question, Patience, end).ConfigureAwait(false)).HasOffsets;
        }
        catch (Exception unanswered) when (unanswered is AskTimeoutException or GroupEndedException)
        {
            return false;
        }
    }
}
