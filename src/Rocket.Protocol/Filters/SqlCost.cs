namespace Rocket.Protocol.Filters;

/// <summary>
/// What evaluating an expression may cost at most, in steps of about 5 ns: one for each of its parts, one for each byte of the property string, and an
/// eighth for each byte that a text is looked for in, more if that text is long. Counted once, so that evaluating it counts nothing.
/// </summary>
internal struct SqlCost
{
    /// <summary>Steps of a search are eighths of a byte: the runtime looks at many at once, but for texts that repeat themselves.</summary>
    private const int SearchesPerStep = 8;

    /// <summary>So many bytes of a text that is looked for cost as much as one more search.</summary>
    private const int BytesPerSearch = 128;

    private int _searches;

    public int Parts { get; private set; }

    public void AddPart() => Parts++;

    public void AddSearch(int wantedBytes) => _searches += 1 + (wantedBytes / BytesPerSearch);

    public readonly long Of(int propertyBytes) => Parts + propertyBytes + ((long)propertyBytes * _searches / SearchesPerStep);
}
