namespace Rocket.TestClient.Wire;

/// <summary>
/// <code>
/// 0  int32  totalLength   of all that follows
/// 4  byte   serializeType
/// 5  uint24 headerLength
/// 8  header, then body
/// </code>
/// </summary>
public static class FrameLayout
{
    /// <summary>Bytes of the length itself, which it does not count.</summary>
    public const int LengthBytes = 4;

    public const int HeaderLengthAt = LengthBytes;

    /// <summary>Bytes before the header.</summary>
    public const int PrefixBytes = HeaderLengthAt + 4;

    /// <summary>Longest total length that Java peers take (com.rocketmq.remoting.frameMaxLength).</summary>
    public const int MaxFrameBytes = 16_777_216;

    public const int MaxHeaderBytes = 0xFFFFFF;
}
