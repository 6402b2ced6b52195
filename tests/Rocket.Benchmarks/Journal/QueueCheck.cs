using Rocket.Benchmarks.Load;
using Rocket.TestClient.Messages;

namespace Rocket.Benchmarks.Journal;

/// <summary>
/// Compares the messages of one queue, handed in by rising offset, with what the journal says of it. Pure: it reads nothing itself.
/// </summary>
internal sealed class QueueCheck
{
    private readonly string _name;
    private readonly ConfirmedSend[] _confirmed;
    private readonly HashSet<int> _runs;
    private readonly Dictionary<int, SequenceSet> _seen = [];
    private long _expectedOffset;
    private int _nextConfirmed;

    /// <param name="name">How messages name the queue.</param>
    /// <param name="firstOffset">The queue's minimum offset.</param>
    public QueueCheck(string name, IEnumerable<ConfirmedSend> confirmed, long firstOffset)
    {
        _name = name;
        _confirmed = [.. confirmed.OrderBy(send => send.QueueOffset)];
        _runs = [.. _confirmed.Select(send => send.Producer >> JournalFormat.ConnectionBits)];
        _expectedOffset = firstOffset;
        Verdict.Confirmed = _confirmed.Length;
        for (var index = 1; index < _confirmed.Length; index++)
        {
            if (_confirmed[index].QueueOffset == _confirmed[index - 1].QueueOffset)
            {
                Verdict.NoteBroken($"{_name}: offset {_confirmed[index].QueueOffset} was confirmed to {Describe(_confirmed[index - 1])} and to {Describe(_confirmed[index])}");
            }
        }
    }

    public QueueVerdict Verdict { get; } = new();

    public void Take(StoredMessage message)
    {
        Verdict.Read++;
        if (message.QueueOffset != _expectedOffset)
        {
            Verdict.NoteBroken($"{_name}: offset {message.QueueOffset} follows where {_expectedOffset} should");
        }

        if (!message.BodyCrcMatches)
        {
            Verdict.NoteBroken($"{_name}: the body at offset {message.QueueOffset} does not match its checksum");
        }

        _expectedOffset = message.QueueOffset + 1;
        LoseUpTo(message.QueueOffset);
        var isStamped = BodyStamp.TryRead(message.Body.Span, out var stamp) && _runs.Contains(stamp.Producer >> JournalFormat.ConnectionBits);
        if (isStamped)
        {
            TakeStamp(stamp, message.QueueOffset);
        }
        else
        {
            Verdict.Foreign++;
        }

        var isConfirmed = false;
        for (; _nextConfirmed < _confirmed.Length && _confirmed[_nextConfirmed].QueueOffset == message.QueueOffset; _nextConfirmed++)
        {
            isConfirmed = true;
            Compare(_confirmed[_nextConfirmed], isStamped ? stamp : null, message.PhysicalOffset);
        }

        Verdict.Unconfirmed += isStamped && !isConfirmed ? 1 : 0;
    }

    /// <summary>To be called after the queue's last message.</summary>
    public QueueVerdict Finish()
    {
        LoseUpTo(long.MaxValue);
        return Verdict;
    }

    private void LoseUpTo(long offset)
    {
        for (; _nextConfirmed < _confirmed.Length && _confirmed[_nextConfirmed].QueueOffset < offset; _nextConfirmed++)
        {
            Verdict.NoteLost($"{_name}: {Describe(_confirmed[_nextConfirmed])} was confirmed at offset {_confirmed[_nextConfirmed].QueueOffset}, which is not there");
        }
    }

    private void TakeStamp(BodyStamp stamp, long offset)
    {
        if (!_seen.TryGetValue(stamp.Producer, out var seen))
        {
            _seen[stamp.Producer] = seen = new SequenceSet();
        }

        var highest = seen.Highest;
        if (!seen.Add(stamp.Sequence))
        {
            Verdict.NoteRepeated($"{_name}: message {stamp.Sequence} of producer {stamp.Producer:X} stands again at offset {offset}");
        }
        else if (stamp.Sequence < highest)
        {
            Verdict.NoteOutOfOrder($"{_name}: message {stamp.Sequence} of producer {stamp.Producer:X} at offset {offset} comes after {highest}");
        }
    }

    private void Compare(ConfirmedSend confirmed, BodyStamp? found, long physicalOffset)
    {
        if (found is not { } stamp || stamp.Producer != confirmed.Producer || stamp.Sequence != confirmed.Sequence)
        {
            Verdict.NoteLost($"{_name}: offset {confirmed.QueueOffset} was confirmed to {Describe(confirmed)} and holds {(found is null ? "a foreign message" : found.ToString())}");
        }
        else if (physicalOffset != confirmed.PhysicalOffset)
        {
            Verdict.NoteMoved($"{_name}: physical offset at {confirmed.QueueOffset} was confirmed as {confirmed.PhysicalOffset} and is {physicalOffset}");
        }
    }

    private static string Describe(ConfirmedSend send) => $"message {send.Sequence} of producer {send.Producer:X}";
}
