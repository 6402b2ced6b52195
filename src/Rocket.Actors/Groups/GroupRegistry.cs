using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Rocket.Actors.Groups;

/// <summary>The consumer groups of one broker as its BrokerActor sees them: ready ones, expected ones, and who waits for which.</summary>
internal sealed class GroupRegistry
{
    private readonly Dictionary<string, GroupHandle> _ready = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Waiting>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private readonly HashSet<string> _creating = new(StringComparer.Ordinal);

    /// <summary>All groups, those included that are just being created.</summary>
    public int Count => _ready.Count + _expected.Count + _creating.Count;

    /// <summary>Whether every group that was expected at the start is ready.</summary>
    public bool AreReady => _expected.Count == 0;

    public IEnumerable<IActorRef> Actors => _ready.Values.Select(group => group.Actor);

    public bool Contains(string group) => _ready.ContainsKey(group);

    /// <summary>Whether somebody waits for this group.</summary>
    public bool IsChanging(string group) => _waiting.ContainsKey(group);

    public void Expect(string group) => _expected.Add(group);

    public bool IsExpected(string group) => _expected.Contains(group);

    /// <summary>Notes who is told once the group is ready: who asked for a configuration waits for that one or a later one, who did not for any.</summary>
    public void Await(string group, IActorRef asker, SubscriptionGroupConfig? config = null)
    {
        if (!_waiting.TryGetValue(group, out var askers))
        {
            _waiting.Add(group, askers = []);
            if (!_ready.ContainsKey(group) && !_expected.Contains(group))
            {
                _creating.Add(group);
            }
        }

        askers.Add(new Waiting(asker, config));
    }

    public void Ready(GroupHandle handle)
    {
        _expected.Remove(handle.Config.GroupName);
        _creating.Remove(handle.Config.GroupName);
        _ready[handle.Config.GroupName] = handle;
    }

    /// <summary>Forgets a ready group. False: there is none of this name.</summary>
    public bool TryRemove(string group, [NotNullWhen(true)] out GroupHandle? handle) => _ready.Remove(group, out handle);

    /// <summary>Those who wait for the group and have what they asked for now that it is ready with this configuration; whether they asked for one.</summary>
    public IReadOnlyList<(IActorRef Asker, bool IsChange)> TakeAskers(SubscriptionGroupConfig ready)
    {
        if (!_waiting.Remove(ready.GroupName, out var askers))
        {
            return [];
        }

        List<(IActorRef, bool)> taken = [];
        List<Waiting> left = [];
        var last = askers.FindLastIndex(waiting => waiting.Config == ready);
        foreach (var (index, waiting) in askers.Index())
        {
            if (index <= last || waiting.Config is null)
            {
                taken.Add((waiting.Asker, waiting.Config is not null));
            }
            else
            {
                left.Add(waiting);
            }
        }

        if (left.Count > 0)
        {
            _waiting.Add(ready.GroupName, left);
        }

        return taken;
    }

    private readonly record struct Waiting(IActorRef Asker, SubscriptionGroupConfig? Config);
}
