namespace Rocket.TestClient.Wire;

/// <summary>One request or answer, both ways. Immutable but for <see cref="Fields"/>; change a copy with <c>with</c>.</summary>
public sealed record RemotingCommand
{
    /// <summary>Flag bit 0: this is an answer.</summary>
    public const int ResponseFlag = 1;

    /// <summary>Flag bit 1: nobody answers this.</summary>
    public const int OnewayFlag = 2;

    /// <summary>Ordinal of 4.9.8 in the protocol's version list: what this client says it is.</summary>
    public const int DefaultVersion = 409;

    public required int Code { get; init; }

    public LanguageCode Language { get; init; } = LanguageCode.Java;

    public int Version { get; init; } = DefaultVersion;

    /// <summary>Matches an answer to its request; any int32. A connection gives out its own numbers for what it sends.</summary>
    public int Opaque { get; init; }

    public int Flag { get; init; }

    public string? Remark { get; init; }

    public HeaderFields Fields { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The encoding it arrived in, or the one it is to be sent in; null when sending = the connection's own.</summary>
    public SerializeType? SerializeType { get; init; }

    /// <summary>The header's bytes as they arrived; empty for a command made here.</summary>
    public ReadOnlyMemory<byte> HeaderBytes { get; init; }

    public bool IsResponse => (Flag & ResponseFlag) != 0;

    public bool IsOneway => (Flag & OnewayFlag) != 0;

    public override string ToString() =>
        $"{(IsResponse ? "answer" : "request")} code {Code}, opaque {Opaque}, flag {Flag}, fields {{{Fields}}}, body {Body.Length} B"
        + (Remark is null ? "" : $", remark \"{Remark}\"");
}
