namespace Rocket.Actors.Cluster;

/// <summary>
/// Starts many things, a bounded number of them at a time: those that wait for their turn, and those that were told to start and have not answered. A start
/// that gets no answer is told again, the others are not: thousands of topics start without thousands of messages being repeated.
/// </summary>
/// <typeparam name="T">What a start says.</typeparam>
internal sealed class StartWindow<T>(int width)
{
    private readonly Queue<string> _waiting = new();
    private readonly Dictionary<string, T> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, T> _underWay = new(StringComparer.Ordinal);

    /// <summary>Starts that were told and not answered yet.</summary>
    public IReadOnlyDictionary<string, T> UnderWay => _underWay;

    /// <summary>Something is to be started, or started differently: the last word counts.</summary>
    public void Want(string name, T start)
    {
        if (!_wanted.ContainsKey(name))
        {
            _waiting.Enqueue(name);
        }

        _wanted[name] = start;
    }

    /// <summary>The next start to tell now; false when nothing waits or as many are under way as may be.</summary>
    public bool TryNext(out T? start)
    {
        start = default;
        if (_waiting.Count == 0 || (_underWay.Count >= width && !_underWay.ContainsKey(_waiting.Peek())))
        {
            return false;
        }

        var name = _waiting.Dequeue();
        _wanted.Remove(name, out start);
        _underWay[name] = start!;
        return true;
    }

    /// <summary>It has started; another one may take its place.</summary>
    public void Started(string name) => _underWay.Remove(name);
}
