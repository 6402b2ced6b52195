namespace Rocket.Host.Links;

/// <summary>Says which lines may be written: no text twice within a minute, and ten lines a minute at most. Any thread may ask.</summary>
internal sealed class SparingLines(TimeProvider time)
{
    private const int MostLines = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private long _windowBegan = time.GetTimestamp();
    private int _kept;

    /// <summary>Whether to write the line.</summary>
    /// <param name="text">What identifies it.</param>
    /// <param name="keptBack">Lines that were kept back since the last one that was written.</param>
    public bool MayWrite(string text, out int keptBack)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_windowBegan) >= Window)
            {
                _windowBegan = time.GetTimestamp();
                _written.Clear();
            }

            keptBack = _kept;
            if (_written.Count >= MostLines || !_written.Add(text))
            {
                _kept++;
                return false;
            }

            _kept = 0;
            return true;
        }
    }
}
