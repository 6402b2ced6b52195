namespace Rocket.Protocol.Json;

/// <summary>Which state of a table an answer shows.</summary>
public sealed record DataVersion
{
    public long Counter { get; init; }

    public long StateVersion { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long Timestamp { get; init; }
}
