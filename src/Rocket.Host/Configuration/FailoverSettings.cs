using System.Globalization;
using Rocket.Actors.Cluster;

namespace Rocket.Host.Configuration;

/// <summary>What <c>rocket.failover = automatic</c> means for Akka.NET: who is gone is decided by a majority of the voters, and soon.</summary>
internal static class FailoverSettings
{
    private const string From = "rocket.failover and rocket.voters";

    private static readonly (string Key, string Value)[] Automatic =
    [
        ("akka.cluster.downing-provider-class", "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"),
        ("akka.cluster.split-brain-resolver.active-strategy", "static-quorum"),
        ("akka.cluster.split-brain-resolver.static-quorum.role", "voter"),

        // A crash is over within 10 s: 1.5 s until it is noticed, 1.5 s until it is believed, 0.5 s for the other side to find out that it is out.
        ("akka.cluster.failure-detector.heartbeat-interval", "250ms"),
        ("akka.cluster.failure-detector.acceptable-heartbeat-pause", "1500ms"),
        ("akka.cluster.failure-detector.expected-response-after", "500ms"),
        ("akka.cluster.split-brain-resolver.stable-after", "1500ms"),

        // Left off, it would be stable-after once more.
        ("akka.cluster.down-removal-margin", "500ms"),

        // The coordinator's state is asked of a majority; a node that is gone does not answer, which must not be waited for long.
        ("akka.cluster.sharding.waiting-for-state-timeout", "1s"),
        ("akka.cluster.sharding.updating-state-timeout", "2s"),
        ("akka.cluster.sharding.distributed-data.gossip-interval", "500ms"),
        ("akka.cluster.sharding.distributed-data.notify-subscribers-interval", "100ms"),
    ];

    /// <summary>The settings, each with what it follows from; none for manual failover.</summary>
    public static IEnumerable<(SettingPath Path, string Value, string From)> For(NodeSettings node)
    {
        if (node.Failover == FailoverMode.Manual)
        {
            return [];
        }

        var quorum = ((node.Voters.Count / 2) + 1).ToString(CultureInfo.InvariantCulture);
        return Automatic.Append(("akka.cluster.split-brain-resolver.static-quorum.quorum-size", quorum))
            .Select(setting => (SettingPath.Of(setting.Item1), setting.Item2, From));
    }
}
