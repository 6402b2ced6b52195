using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Rocket.Actors.Groups;

/// <summary>
/// The consumer groups of one broker that are being deleted. A group's actor ends first, so that no offset of its is written behind the deletion; what is
/// asked of the group meanwhile waits, in its order, until the group is gone.
/// </summary>
internal sealed class GroupDeletions
{
    private readonly Dictionary<string, Deletion> _underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<Deferred>> _deferred = new(StringComparer.Ordinal);

    /// <summary>Whether the group is being deleted.</summary>
    public bool Contains(string group) => _underWay.ContainsKey(group);

    /// <summary>Notes a deletion; nobody: the group has no actor.</summary>
    public void Begin(string group, bool removeOffsets, IActorRef actor, IActorRef asker) =>
        _underWay.Add(group, new Deletion(group, removeOffsets, actor, asker));

    /// <summary>Whether orders about the group wait for something.</summary>
    public bool IsWaitedFor(string group) => _deferred.ContainsKey(group);

    /// <summary>Keeps an order until the group is gone, or ready if it is just being made.</summary>
    public void Defer(string group, object order, IActorRef asker)
    {
        if (!_deferred.TryGetValue(group, out var orders))
        {
            _deferred.Add(group, orders = new Queue<Deferred>());
        }

        orders.Enqueue(new Deferred(order, asker));
    }

    /// <summary>The deletion that waits for the end of this actor; false: none does.</summary>
    public bool TryFind(IActorRef ended, [NotNullWhen(true)] out Deletion? deletion)
    {
        deletion = _underWay.Values.FirstOrDefault(waiting => waiting.Actor.Equals(ended));
        return deletion is not null;
    }

    /// <summary>The deletion is durable.</summary>
    public bool TryEnd(string group, [NotNullWhen(true)] out Deletion? deletion) => _underWay.Remove(group, out deletion);

    /// <summary>The order about a group that has waited longest.</summary>
    public bool TryPeekDeferred(string group, out Deferred deferred)
    {
        deferred = default;
        return _deferred.TryGetValue(group, out var orders) && orders.TryPeek(out deferred);
    }

    /// <summary>Forgets that order: its turn has come.</summary>
    public void DropDeferred(string group)
    {
        if (_deferred.TryGetValue(group, out var orders))
        {
            orders.TryDequeue(out _);
            if (orders.Count == 0)
            {
                _deferred.Remove(group);
            }
        }
    }

    /// <param name="Group">Consumer group.</param>
    /// <param name="RemoveOffsets">Whether its offsets go too.</param>
    /// <param name="Actor">The group's actor; nobody: there is none.</param>
    /// <param name="Asker">Who is told when it is done.</param>
    public sealed record Deletion(string Group, bool RemoveOffsets, IActorRef Actor, IActorRef Asker);

    /// <param name="Order">What was asked.</param>
    /// <param name="Asker">By whom.</param>
    public readonly record struct Deferred(object Order, IActorRef Asker);
}
