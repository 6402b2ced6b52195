namespace Rocket.Protocol.Framing;

/// <summary>
/// A frame, all integers big-endian:
/// <code>
/// 0        4                  5              8                        8 + h
/// | length | serialize type   | header length| header (h bytes)       | body            |
/// | int32  | byte             | 24 bits      |                        | length - 4 - h  |
/// </code>
/// <c>length</c> counts everything behind itself.
/// </summary>
public static class FrameLayout
{
    /// <summary>Position of the length field.</summary>
    public const int LengthAt = 0;

    /// <summary>Size of the length field, which does not count itself.</summary>
    public const int LengthBytes = sizeof(int);

    /// <summary>Position of the word that holds the serialize type and the header's length.</summary>
    public const int HeaderWordAt = LengthAt + LengthBytes;

    /// <summary>Size of that word; the least length a frame may state.</summary>
    public const int HeaderWordBytes = sizeof(int);

    /// <summary>Position of the header.</summary>
    public const int HeaderAt = HeaderWordAt + HeaderWordBytes;

    /// <summary>How far the serialize type is shifted in the header word.</summary>
    public const int SerializeTypeShift = 24;

    /// <summary>Greatest header length that the word can state: 16 777 215.</summary>
    public const int GreatestHeaderBytes = (1 << SerializeTypeShift) - 1;

    /// <summary>The header word of a frame.</summary>
    public static int HeaderWord(SerializeType type, int headerBytes) => ((int)type << SerializeTypeShift) | headerBytes;
}
