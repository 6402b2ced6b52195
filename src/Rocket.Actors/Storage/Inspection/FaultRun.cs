namespace Rocket.Actors.Storage.Inspection;

/// <summary>Turns faults of records into findings: neighbours with the same fault become one, and a file has a bounded number of them.</summary>
internal sealed class FaultRun(string file, string remedy, InspectionTally tally)
{
    private const int MostFindings = 20;

    private LogPoint _from;
    private LogPoint _to;
    private string? _reason;
    private int _findings;
    private long _more;

    /// <summary>Whether there was any fault.</summary>
    public bool Any { get; private set; }

    /// <param name="from">The record, or the first of several.</param>
    /// <param name="to">Behind the last of them; offset −1: nobody knows how many they are.</param>
    /// <param name="reason">What is wrong.</param>
    public void Add(LogPoint from, LogPoint to, string reason)
    {
        Any = true;
        if (_reason == reason && _to == from)
        {
            _to = to;
            return;
        }

        End();
        (_from, _to, _reason) = (from, to, reason);
    }

    /// <summary>No more faults follow.</summary>
    public void Finish()
    {
        End();
        if (_more > 0)
        {
            tally.Add(FindingSeverity.Damage, file, $"{_more} more places like these", remedy);
        }
    }

    private void End()
    {
        if (_reason is null)
        {
            return;
        }

        if (_findings < MostFindings)
        {
            _findings++;
            tally.Add(FindingSeverity.Damage, file, $"{Records()} at position {_from.Position}: {_reason}", remedy);
        }
        else
        {
            _more++;
        }

        _reason = null;
    }

    private string Records()
    {
        if (_to.Offset < 0)
        {
            return $"records from offset {_from.Offset} on,";
        }

        return _to.Offset - _from.Offset > 1 ? $"records of offsets {_from.Offset} to {_to.Offset - 1}," : $"record of offset {_from.Offset}";
    }
}
