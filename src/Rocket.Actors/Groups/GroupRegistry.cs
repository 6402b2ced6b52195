using Akka.Actor;

namespace Rocket.Actors.Groups;

/// <summary>The consumer groups of one broker as its BrokerActor sees them: ready ones, expected ones, and who waits for which.</summary>
internal sealed class GroupRegistry
{
    private readonly Dictionary<string, GroupHandle> _ready = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<IActorRef>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private readonly HashSet<string> _creating = new(StringComparer.Ordinal);

    /// <summary>All groups, those included that are just being created.</summary>
    public int Count => _ready.Count + _expected.Count + _creating.Count;

    /// <summary>Whether every group that was expected at the start is ready.</summary>
    public bool AreReady => _expected.Count == 0;

    public IEnumerable<IActorRef> Actors => _ready.Values.Select(group => group.Actor);

    /// <summary>Whether somebody waits for this group.</summary>
    public bool IsChanging(string group) => _waiting.ContainsKey(group);

    public void Expect(string group) => _expected.Add(group);

    public bool IsExpected(string group) => _expected.Contains(group);

    public void Await(string group, IActorRef asker)
    {
        if (!_waiting.TryGetValue(group, out var askers))
        {
            _waiting.Add(group, askers = []);
            if (!_ready.ContainsKey(group) && !_expected.Contains(group))
            {
                _creating.Add(group);
            }
        }

        askers.Add(asker);
    }

    public void Ready(GroupHandle handle)
    {
        _expected.Remove(handle.Config.GroupName);
        _creating.Remove(handle.Config.GroupName);
        _ready[handle.Config.GroupName] = handle;
    }

    public IReadOnlyList<IActorRef> TakeAskers(string group) => _waiting.Remove(group, out var askers) ? askers : [];
}
