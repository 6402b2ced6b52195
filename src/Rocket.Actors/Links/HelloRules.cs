using System.Text;

namespace Rocket.Actors.Links;

/// <summary>
/// Which node may be linked to which. Each refusal is one line that names both nodes and the key, since both sides log the same one.
/// </summary>
public static class HelloRules
{
    private const int MostCharacters = 400;

    /// <summary>Why a version of the protocol is of no use here; null: it is.</summary>
    public static string? RefuseVersion(string node, int version, int oldest) =>
        version >= LinkHello.OldestUnderstood && oldest <= LinkHello.CurrentVersion
            ? null
            : $"{node} speaks versions {LinkHello.OldestUnderstood} to {LinkHello.CurrentVersion} of the protocol between nodes, the other node {oldest} to {version}: "
                + "upgrade the older program";

    /// <summary>Why two nodes don't belong together; null: they do.</summary>
    /// <param name="self">This node.</param>
    /// <param name="hasSecret">Whether this node has a secret.</param>
    /// <param name="hello">What the other one said.</param>
    /// <param name="expected">The node that was dialed, and its address; null when the other one dialed.</param>
    public static string? Refuse(LinkIdentity self, bool hasSecret, LinkHello hello, KeyValuePair<string, string>? expected)
    {
        ArgumentNullException.ThrowIfNull(self);
        ArgumentNullException.ThrowIfNull(hello);
        var other = hello.Identity;
        var (own, their) = (self.NodeName, Shown(other.NodeName));
        if (other.ClusterName != self.ClusterName)
        {
            return $"{own} belongs to cluster {self.ClusterName}, {their} to {Shown(other.ClusterName)} (rocket.cluster-name)";
        }

        if (other.NodeName == self.NodeName)
        {
            return expected is { } dialed
                ? $"at {dialed.Value}, where {own} expects {dialed.Key}, answers {their} (rocket.voters)"
                : $"two nodes are called {own}: give one of them another rocket.node-name";
        }

        if (!self.Voters.ContainsKey(other.NodeName))
        {
            return $"{own} knows no node {their}; its rocket.voters are {string.Join(", ", self.Voters.Keys.Order(StringComparer.Ordinal))}";
        }

        if (expected is { } wanted && wanted.Key != other.NodeName)
        {
            return $"at {wanted.Value}, where {own} expects {wanted.Key}, answers {their} (rocket.voters)";
        }

        if (other.Failover != self.Failover)
        {
            return $"rocket.failover is {Word(self)} on {own}, {Word(other)} on {their}";
        }

        if (DifferenceOfVoters(self, other) is { } difference)
        {
            return $"rocket.voters differ: {difference}";
        }

        if (hello.HasSecret != hasSecret)
        {
            return $"{(hasSecret ? own : their)} has a rocket.replication.secret, {(hasSecret ? their : own)} has none";
        }

        return null;
    }

    /// <summary>The two secrets are not the same.</summary>
    public static string DifferentSecrets(string own, string their) => $"rocket.replication.secret of {own} and of {Shown(their)} differ";

    /// <summary>Text of a stranger, safe for a line in a log.</summary>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder(Math.Min(text.Length, MostCharacters));
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MostCharacters)))
        {
            shown.Append(char.IsControl(character) || char.IsSurrogate(character) ? '?' : character);
        }

        return shown.ToString();
    }

    private static string Word(LinkIdentity node) => node.Failover == Cluster.FailoverMode.Automatic ? "automatic" : "manual";

    private static string? DifferenceOfVoters(LinkIdentity self, LinkIdentity other)
    {
        foreach (var name in self.Voters.Keys.Union(other.Voters.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var own = self.Voters.GetValueOrDefault(name);
            var their = other.Voters.GetValueOrDefault(name);
            if (own != their)
            {
                return $"{self.NodeName} has {Entry(name, own)}, {Shown(other.NodeName)} has {Entry(Shown(name), their)}";
            }
        }

        return null;

        static string Entry(string name, string? address) => address is null ? $"no {name}" : $"{name} at {Shown(address)}";
    }
}
