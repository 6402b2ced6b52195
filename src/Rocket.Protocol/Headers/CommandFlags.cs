namespace Rocket.Protocol.Headers;

/// <summary>Bits of a header's <c>flag</c>.</summary>
public static class CommandFlags
{
    /// <summary>A request that is to be answered.</summary>
    public const int Request = 0;

    /// <summary>The command answers the request with the same opaque number.</summary>
    public const int Response = 1;

    /// <summary>The request must never be answered, not even with an error.</summary>
    public const int Oneway = 2;
}
