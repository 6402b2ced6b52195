namespace Rocket.Benchmarks.Measuring;

/// <summary>How often each answer code came.</summary>
internal sealed class AnswerCounts
{
    private readonly long[] _small = new long[256];
    private readonly Dictionary<int, long> _large = [];

    public void Record(int code)
    {
        if ((uint)code < (uint)_small.Length)
        {
            _small[code]++;
        }
        else
        {
            _large[code] = _large.GetValueOrDefault(code) + 1;
        }
    }

    public void Add(AnswerCounts other)
    {
        for (var code = 0; code < _small.Length; code++)
        {
            _small[code] += other._small[code];
        }

        foreach (var (code, count) in other._large)
        {
            _large[code] = _large.GetValueOrDefault(code) + count;
        }
    }

    public void Clear()
    {
        Array.Clear(_small);
        _large.Clear();
    }

    /// <summary>Codes that came at least once, ascending.</summary>
    public IReadOnlyList<(int Code, long Count)> ToList() =>
        [
            .. _small.Select((count, code) => (Code: code, Count: count))
                .Concat(_large.Select(pair => (Code: pair.Key, Count: pair.Value)))
                .Where(pair => pair.Count > 0)
                .OrderBy(pair => pair.Code),
        ];
}
