using System.Net;
using Rocket.Actors.Cluster;

namespace Rocket.Host.Configuration;

/// <summary>One line for each setting that is allowed but hardly meant.</summary>
internal static class ConfigurationWarnings
{
    private const int ShortestGoodSecret = 16;

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Of(NodeSettings node, OperatorSettings operators, int secretLength) =>
    [
        .. OfHosts(node),
        .. OfVoters(node, secretLength),
        .. OfOperators(operators),
    ];

    private static IEnumerable<string> OfHosts(NodeSettings node)
    {
        var bindsToLoopback = IsLoopback(node.BindHost);
        if (bindsToLoopback == IsLoopback(node.AdvertisedHost))
        {
            yield break;
        }

        yield return bindsToLoopback
            ? $"rocket.bind-host = {node.BindHost} takes connections from this machine only, but clients are told {node.AdvertisedHost}"
            : $"rocket.advertised-host = {node.AdvertisedHost} sends clients on other machines to themselves; tell them this machine's address";
    }

    private static IEnumerable<string> OfVoters(NodeSettings node, int secretLength)
    {
        if (node.IsAlone)
        {
            yield break;
        }

        var own = node.Voters[node.NodeName];
        if (IsLoopback(node.BindHost) && !IPAddress.IsLoopback(IPEndPoint.Parse(own).Address))
        {
            yield return $"rocket.bind-host = {node.BindHost} takes connections from this machine only, but the other nodes are told {own} (rocket.voters)";
        }

        if (node.Failover == FailoverMode.Automatic && node.Voters.Count % 2 == 0)
        {
            yield return $"{node.Voters.Count} voters (rocket.voters) survive the loss of no more nodes than {node.Voters.Count - 1} do";
        }

        if (secretLength is > 0 and < ShortestGoodSecret)
        {
            yield return $"rocket.replication.secret has {secretLength} characters; {ShortestGoodSecret} or more can't be guessed from a handshake that somebody recorded";
        }
    }

    private static IEnumerable<string> OfOperators(OperatorSettings operators) =>
        operators.Port == 0 || IsLoopback(operators.BindHost)
            ? []
            : [$"{OperatorSettings.BindHostKey} = {operators.BindHost} lets everybody who reaches port {operators.Port} read what this node holds; there is no login yet"];

    private static bool IsLoopback(string host) => IPAddress.IsLoopback(IPAddress.Parse(host));
}
