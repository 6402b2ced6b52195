using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>What handlers outside the hot path ask consumer groups about their offsets.</summary>
internal static class GroupQuestions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

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

    /// <summary>The groups of a broker that have committed an offset in a topic.</summary>
    public static async Task<IReadOnlyList<string>> WithOffsetsInAsync(BrokerContext broker, string topic)
    {
        var question = new GroupProtocol.LookUpTopic(topic);
        var groups = broker.Directory.Groups;
        var found = await Task.WhenAll(groups.Select(group => group.Actor.Ask<GroupProtocol.TopicLookedUp>(question, Patience))).ConfigureAwait(false);
        return [.. groups.Zip(found).Where(pair => pair.Second.HasOffsets).Select(pair => pair.First.Config.GroupName)];
    }
}
