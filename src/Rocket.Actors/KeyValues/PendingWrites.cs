using Akka.Actor;

namespace Rocket.Actors.KeyValues;

/// <summary>Writes that no broker has settled yet. Knows no clock: <c>now</c> is the time since any fixed point, which never goes back.</summary>
/// <param name="first">The first number that is given; not one that an earlier start has given not long ago.</param>
internal sealed class PendingWrites(long first)
{
    /// <summary>Writes that may wait at a time.</summary>
    public const int Most = 1000;

    private readonly Dictionary<long, Pending> _pending = [];
    private long _next = first;

    public bool Any => _pending.Count > 0;

    /// <summary>Notes a write. Null: too many wait.</summary>
    public Pending? Add(KeyValuesProtocol.Write write, IActorRef asker, TimeSpan now)
    {
        if (_pending.Count >= Most)
        {
            return null;
        }

        var pending = new Pending(_next++, write, asker, now);
        _pending.Add(pending.Number, pending);
        return pending;
    }

    /// <summary>Nobody takes it for the moment: it is offered again.</summary>
    public void Return(long number)
    {
        if (_pending.TryGetValue(number, out var pending))
        {
            pending.IsOffered = false;
        }
    }

    /// <summary>Settled. False: it has been given up.</summary>
    public bool TryTake(long number, out Pending pending) => _pending.Remove(number, out pending!);

    /// <summary>Takes those that have waited for so long.</summary>
    public IReadOnlyList<Pending> TakeOlderThan(TimeSpan patience, TimeSpan now)
    {
        Pending[] old = [.. _pending.Values.Where(pending => now - pending.Since >= patience)];
        foreach (var pending in old)
        {
            _pending.Remove(pending.Number);
        }

        return old;
    }

    /// <summary>Those that are with no broker.</summary>
    public IReadOnlyList<Pending> Unoffered => [.. _pending.Values.Where(pending => !pending.IsOffered)];

    /// <summary>One write.</summary>
    public sealed class Pending(long number, KeyValuesProtocol.Write write, IActorRef asker, TimeSpan since)
    {
        public long Number { get; } = number;

        public KeyValuesProtocol.Write Write { get; } = write;

        public IActorRef Asker { get; } = asker;

        public TimeSpan Since { get; } = since;

        /// <summary>Whether a broker was told.</summary>
        public bool IsOffered { get; set; }
    }
}
