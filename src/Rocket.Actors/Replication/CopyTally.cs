namespace Rocket.Actors.Replication;

/// <summary>
/// How many logs of a broker one session has aligned, caught up with, and found to hold all that is visible: in numbers, so that nobody has to look at thousands of logs to see
/// whether a copy is in sync. Pure; one thread at a time.
/// <code>
///   Add ──▶ awaited ──Aligned──▶ aligned ──CaughtUp, HoldsVisible──▶ counted in each
///                                   └──Void──▶ counts for nothing; another number takes its place
/// </code>
/// A number stands for one alignment of one log. What is said of a number that is not aligned, or not any more, counts for nothing: it was said of an earlier state of the copy.
/// </summary>
public sealed class CopyTally
{
    [Flags]
    private enum Stage : byte
    {
        Unknown = 0,
        Awaited = 1,
        Aligned = 2,
        CaughtUp = 4,
        Holds = 8,
    }

    private readonly List<Stage> _stages = [];
    private int _awaited;
    private int _aligned;
    private int _caughtUp;
    private int _holding;

    /// <summary>Every log agrees with the master's as far as it goes.</summary>
    public bool IsAligned => _aligned == _awaited;

    /// <summary>Every log has been sent everything once.</summary>
    public bool HasCaughtUp => _caughtUp == _awaited;

    /// <summary>Every log holds what consumers may see, and counted when that was said.</summary>
    public bool HoldsVisible => _holding == _awaited;

    /// <summary>A log has to be aligned under this number.</summary>
    public void Add(int number)
    {
        while (_stages.Count <= number)
        {
            _stages.Add(Stage.Unknown);
        }

        if (_stages[number] != Stage.Unknown)
        {
            throw new InvalidOperationException($"The number {number} has been given already.");
        }

        _stages[number] = Stage.Awaited;
        _awaited++;
    }

    /// <summary>The log is aligned.</summary>
    public void Aligned(int number) => Reach(number, Stage.Awaited, Stage.Aligned, ref _aligned);

    /// <summary>Its copy has been sent everything that is written.</summary>
    public void CaughtUp(int number) => Reach(number, Stage.Aligned, Stage.CaughtUp, ref _caughtUp);

    /// <summary>Its copy counts, and holds everything that consumers may see.</summary>
    public void Holds(int number) => Reach(number, Stage.Aligned, Stage.Holds, ref _holding);

    /// <summary>The number stands for nothing any more.</summary>
    public void Void(int number)
    {
        var stage = StageOf(number);
        _awaited -= stage.HasFlag(Stage.Awaited) ? 1 : 0;
        _aligned -= stage.HasFlag(Stage.Aligned) ? 1 : 0;
        _caughtUp -= stage.HasFlag(Stage.CaughtUp) ? 1 : 0;
        _holding -= stage.HasFlag(Stage.Holds) ? 1 : 0;
        if (number < _stages.Count)
        {
            _stages[number] = Stage.Unknown;
        }
    }

    private Stage StageOf(int number) => number >= 0 && number < _stages.Count ? _stages[number] : Stage.Unknown;

    private void Reach(int number, Stage from, Stage to, ref int count)
    {
        var stage = StageOf(number);
        if (stage.HasFlag(from) && !stage.HasFlag(to))
        {
            _stages[number] = stage | to;
            count++;
        }
    }
}
