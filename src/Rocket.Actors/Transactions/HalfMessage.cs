using Akka.Actor;

namespace Rocket.Actors.Transactions;

/// <summary>A half message that is not settled.</summary>
/// <param name="offset">Its offset in the queue of half messages.</param>
/// <param name="storedAt">Milliseconds since 1970.</param>
internal sealed class HalfMessage(long offset, long storedAt)
{
    public long Offset => offset;

    public long StoredAt => storedAt;

    /// <summary>When its producer is asked next, milliseconds since 1970.</summary>
    public long CheckAt { get; set; }

    /// <summary>How often its producer was asked.</summary>
    public int Checks { get; set; }

    /// <summary>Its message is where consumers see it, or with those that were checked too often; only the note of that is missing.</summary>
    public bool IsStored { get; set; }

    /// <summary>Its message may be where consumers see it: a queue that failed was writing it.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Its producer has committed it, which could not be written so far: nobody is asked any more.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>Something is being written because of it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Its producer is being asked, and that is being noted. What it says meanwhile is its answer: it waits for that.</summary>
    public bool IsAsked { get; set; }

    /// <summary>The word that waits; null: none.</summary>
    public TransactionProtocol.Settle? Word { get; set; }

    /// <summary>Who waits for it to be settled.</summary>
    public IActorRef Asker { get; set; } = ActorRefs.Nobody;
}
