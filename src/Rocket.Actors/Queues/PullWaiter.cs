using Akka.Actor;

namespace Rocket.Actors.Queues;

/// <summary>A pull that found nothing and is held until a message that passes its filter arrives, or its time is over.</summary>
public abstract class PullWaiter : INoSerializationVerificationNeeded
{
    /// <summary>First offset that it was not looked at; does not change while it is held.</summary>
    public abstract long Offset { get; }

    /// <summary>When it must be answered, on <see cref="TimeProvider.GetTimestamp"/>'s clock.</summary>
    public abstract long Deadline { get; }

    /// <summary>Whether nobody waits any more (the connection is closed).</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>
    /// Hashes of the only tags whose messages may end the waiting: it is then found by them, however many others wait. Empty:
    /// <see cref="Accepts"/> is asked at each arrival. Does not change.
    /// </summary>
    public virtual ReadOnlySpan<int> Tags => default;

    /// <summary>Whether a message with this tag hash may end the waiting.</summary>
    public abstract bool Accepts(int tagHash);

    /// <summary>Ends the waiting: the pull is looked at once more and answered. Called once, on any thread; must not throw.</summary>
    public abstract void Wake();

    /// <summary>
    /// Something is there that may end the waiting. Whoever has to look at the messages themselves looks, and comes back to be held from there on if none is
    /// for it; for all others this ends it. It is not held meanwhile. On any thread; must not throw.
    /// </summary>
    public virtual void LookAgain() => Wake();

    /// <summary>Place among those that are held; −1: it is not held.</summary>
    internal int Place { get; set; } = -1;
}
