namespace Rocket.Actors.Clients;

/// <summary>Which members of the cluster are there, by unique address; what others say of their clients does not count.</summary>
internal sealed class ClusterMembers
{
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _unreachableSince = new(StringComparer.Ordinal);
    private readonly HashSet<string> _silent = new(StringComparer.Ordinal);

    /// <summary>Whether a member is there, or was until a short time ago.</summary>
    public bool Counts(string address) => _members.Contains(address) && !_silent.Contains(address);

    public void Join(string address) => _members.Add(address);

    public void Remove(string address)
    {
        _members.Remove(address);
        Find(address);
    }

    public void Lose(string address, TimeSpan now) => _unreachableSince.TryAdd(address, now);

    public void Find(string address)
    {
        _unreachableSince.Remove(address);
        _silent.Remove(address);
    }

    /// <summary>Members that have been unreachable since that time count no longer.</summary>
    public void Expire(TimeSpan since) =>
        _silent.UnionWith(_unreachableSince.Where(member => member.Value <= since).Select(member => member.Key));
}
