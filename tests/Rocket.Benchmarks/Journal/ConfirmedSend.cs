namespace Rocket.Benchmarks.Journal;

/// <summary>A send that was answered as stored.</summary>
internal readonly record struct ConfirmedSend(int Producer, long Sequence, long QueueOffset, long PhysicalOffset);

/// <summary>A queue as the journal names it; the broker name is empty when the broker was given by its address.</summary>
internal sealed record JournalQueue(string BrokerName, int QueueId);

/// <summary>All that a journal says.</summary>
/// <param name="Runs">How many runs wrote into it.</param>
/// <param name="WholeBytes">Where its last whole record ends.</param>
internal sealed record JournalContents(string? Topic, int Runs, IReadOnlyDictionary<JournalQueue, List<ConfirmedSend>> Queues, long WholeBytes);
