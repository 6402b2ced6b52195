using System.Globalization;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;

namespace Rocket.Host.Configuration;

/// <summary>Reads what concerns the other nodes: <c>rocket.voters</c>, <c>rocket.replication</c>, <c>rocket.failover</c>.</summary>
internal sealed class LinkSettingsReader(SettingsReader reader, string nodeName, string advertisedHost)
{
    /// <summary>Their index stands in one byte, and their number too.</summary>
    private const int MostVoters = 255;

    private const int LeastVotersOfAutomatic = 3;
    private const int HeartbeatsUntilDead = 3;

    public static readonly SettingPath Voters = SettingPath.Of("rocket.voters");
    public static readonly SettingPath Port = SettingPath.Of("rocket.replication.port");

    private static readonly SettingPath Failover = SettingPath.Of("rocket.failover");
    public static readonly SettingPath Secret = SettingPath.Of("rocket.replication.secret");
    private static readonly SettingPath HandshakeTimeout = SettingPath.Of("rocket.replication.handshake-timeout");
    private static readonly SettingPath HeartbeatInterval = SettingPath.Of("rocket.replication.heartbeat-interval");
    private static readonly SettingPath DeadAfter = SettingPath.Of("rocket.replication.dead-after");
    private static readonly SettingPath CatchUpRate = SettingPath.Of("rocket.replication.catch-up-rate");

    /// <summary>How the links are kept.</summary>
    public LinkSettings ReadLinks(LimitSettings limits)
    {
        var secret = reader.Text(Secret, _ => null);
        var heartbeat = reader.Duration(HeartbeatInterval, "20 ms", "10 s");
        var deadAfter = reader.Duration(DeadAfter, "200 ms", "60 s");
        if (deadAfter < heartbeat * HeartbeatsUntilDead)
        {
            reader.Refuse(
                reader.Find(DeadAfter)!,
                $"wants at least {HeartbeatsUntilDead} times heartbeat-interval = {reader.Find(HeartbeatInterval)!.Text}");
        }

        return new LinkSettings
        {
            Port = reader.Number(Port, 1, 65535),
            Secret = secret.Length == 0 ? null : new LinkSecret(secret),
            HandshakeTimeout = reader.Duration(HandshakeTimeout, "100 ms", "60 s"),
            HeartbeatInterval = heartbeat,
            DeadAfter = deadAfter,
            WriteTimeout = limits.WriteTimeout,
            CatchUpRate = reader.Size(CatchUpRate, "1 MiB", "64 GiB"),
        };
    }

    /// <summary>All nodes by name, in the order of their names, with the addresses of their links; this node alone when none is given.</summary>
    public SortedDictionary<string, string> ReadVoters(int port)
    {
        var voters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in reader.NamesIn(Voters))
        {
            var path = Voters.Under(name);
            if (Names.RefuseName(name) is { } wanted)
            {
                reader.AddError($"{reader.Find(path)!.Place}: {path}: a node's name {wanted}");
            }

            voters[name] = reader.Text(path, Names.RefuseLinkAddress);
        }

        if (voters.Count == 0)
        {
            voters[nodeName] = HostAddress.Of(HostAddress.IsIPv6(advertisedHost) ? "127.0.0.1" : advertisedHost, port);
            return voters;
        }

        if (reader.Errors.Count == 0)
        {
            CheckVoters(voters, port);
        }

        return voters;
    }

    /// <summary>Who decides that a node is gone.</summary>
    public FailoverMode ReadFailover(int voters)
    {
        var failover = reader.Choice(Failover, null, ("manual", FailoverMode.Manual), ("automatic", FailoverMode.Automatic));
        if (failover == FailoverMode.Automatic && voters < LeastVotersOfAutomatic)
        {
            reader.Refuse(
                reader.Find(Failover)!,
                $"wants {LeastVotersOfAutomatic} voters or more, since two nodes can't tell a crash from a cut cable; rocket.voters has {voters}");
        }

        return failover;
    }

    private void CheckVoters(SortedDictionary<string, string> voters, int port)
    {
        if (!voters.TryGetValue(nodeName, out var own))
        {
            var first = reader.Find(Voters.Under(voters.Keys.First()))!;
            reader.AddError($"{first.Place}: {Voters} has {string.Join(", ", voters.Keys)}, but not this node, {nodeName} (rocket.node-name)");
        }
        else if (PortOf(own) != port)
        {
            reader.Refuse(reader.Find(Voters.Under(nodeName))!, $"this node listens on {Port} = {reader.Find(Port)!.Text}; both have to be the same");
        }

        foreach (var twins in voters.GroupBy(voter => voter.Value).Where(group => group.Count() > 1))
        {
            reader.Refuse(reader.Find(Voters.Under(twins.Last().Key))!, $"{twins.First().Key} has the same address");
        }

        if (voters.Count > MostVoters)
        {
            reader.AddError($"{reader.Find(Voters.Under(voters.Keys.First()))!.Place}: {Voters} has {voters.Count} nodes; {MostVoters} are the most");
        }
    }

    private static int PortOf(string address) => int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
}
