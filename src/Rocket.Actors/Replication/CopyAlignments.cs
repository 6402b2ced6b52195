using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Replication.Wire;

namespace Rocket.Actors.Replication;

/// <summary>A log whose turn it is to be compared with its copy.</summary>
/// <param name="Number">Its number in the session.</param>
/// <param name="Name">Its name.</param>
/// <param name="End">How the copy ends; null: the copy has to begin anew, whatever it has.</param>
public readonly record struct LogToAlign(int Number, string Name, LogEnd? End);

/// <summary>
/// Which logs are still to be aligned on one session, and under which numbers. Nothing is, before the copy has told how all of its logs end. Pure; one thread at a time.
/// </summary>
/// <remarks>
/// A log gets a new number whenever it is aligned after it had been aligned before, so that nothing that was said of the earlier alignment, and is still on its way through a
/// mailbox or a link, is taken for a word about the later one.
/// </remarks>
public sealed class CopyAlignments
{
    private readonly Dictionary<string, LogEnd> _ends = new(StringComparer.Ordinal);
    private readonly List<Log> _logs = [];
    private readonly Queue<LogToAlign> _due = new();

    /// <summary>How far the alignments have come.</summary>
    public CopyTally Tally { get; } = new();

    /// <summary>Whether the copy has told how all of its logs end.</summary>
    public bool IsTableComplete { get; private set; }

    /// <summary>Whether every log agrees with the master's as far as it goes.</summary>
    public bool IsAttached => IsTableComplete && Tally.IsAligned;

    /// <summary>A log of the master.</summary>
    /// <returns>Its number.</returns>
    public int Add(string name)
    {
        var number = Number(name);
        if (IsTableComplete)
        {
            _due.Enqueue(new LogToAlign(number, name, EndOf(name)));
        }

        return number;
    }

    /// <summary>The copy tells how logs of it end. False: it had told that it was done.</summary>
    public bool TryTell(IReadOnlyList<NamedEnd> ends, bool isLast)
    {
        ArgumentNullException.ThrowIfNull(ends);
        if (IsTableComplete)
        {
            return false;
        }

        foreach (var (name, end) in ends)
        {
            _ends[name] = end;
        }

        if (isLast)
        {
            IsTableComplete = true;
            for (var number = 0; number < _logs.Count; number++)
            {
                _due.Enqueue(new LogToAlign(number, _logs[number].Name, EndOf(_logs[number].Name)));
            }
        }

        return true;
    }

    /// <summary>The log whose turn it is.</summary>
    public bool TryPeek(out LogToAlign log) => _due.TryPeek(out log);

    /// <summary>The copy was told what to do with the log whose turn it was; null: the log is closed, and is not aligned on this session.</summary>
    public void Sent(LogAlignment? alignment)
    {
        var (number, _, _) = _due.Dequeue();
        if (alignment is LogAlignment.Aligned)
        {
            Tally.Aligned(number);
        }
        else if (alignment is not null)
        {
            _logs[number].AwaitsEnd = true;
        }
    }

    /// <summary>The copy tells how a log ends after it did what it was told. False: nothing was to be told.</summary>
    public bool TryEnded(int number, LogEnd end)
    {
        if (number < 0 || number >= _logs.Count || _logs[number] is not { AwaitsEnd: true } log)
        {
            return false;
        }

        log.AwaitsEnd = false;
        _due.Enqueue(new LogToAlign(number, log.Name, end));
        return true;
    }

    /// <summary>Records that the copy lacks are no longer there: it begins the log anew. False: that was said of an earlier alignment.</summary>
    /// <param name="number">The log.</param>
    /// <param name="name">Its name.</param>
    /// <param name="anew">The number that it has from now on.</param>
    public bool TryLose(int number, [NotNullWhen(true)] out string? name, out int anew)
    {
        (name, anew) = (null, -1);
        if (number < 0 || number >= _logs.Count || _logs[number].IsVoid)
        {
            return false;
        }

        _logs[number].IsVoid = true;
        Tally.Void(number);
        name = _logs[number].Name;
        anew = Number(name);
        _due.Enqueue(new LogToAlign(anew, name, null));
        return true;
    }

    /// <summary>Name of a log, if the number is one of this session.</summary>
    public string? NameOf(int number) => number >= 0 && number < _logs.Count ? _logs[number].Name : null;

    private LogEnd EndOf(string name) => _ends.Remove(name, out var end) ? end : new LogEnd(-1, default);

    private int Number(string name)
    {
        var number = _logs.Count;
        _logs.Add(new Log(name));
        Tally.Add(number);
        return number;
    }

    private sealed class Log(string name)
    {
        public string Name => name;

        public bool AwaitsEnd { get; set; }

        public bool IsVoid { get; set; }
    }
}
