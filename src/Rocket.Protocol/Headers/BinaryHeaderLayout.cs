namespace Rocket.Protocol.Headers;

/// <summary>
/// The binary header, all integers big-endian:
/// <code>
/// 0      2          3         5        9      13           17
/// | code | language | version | opaque | flag | remark len | remark | ext len | entries … |
/// | i16  | byte     | i16     | i32    | i32  | i32        | UTF-8  | i32     |           |
///
/// entry:  | name len i16 | name | value len i32 | value |
/// </code>
/// <c>ext len</c> counts bytes, not entries. A text of zero length means "absent".
/// </summary>
internal static class BinaryHeaderLayout
{
    public const int CodeAt = 0;
    public const int LanguageAt = CodeAt + sizeof(short);
    public const int VersionAt = LanguageAt + sizeof(byte);
    public const int OpaqueAt = VersionAt + sizeof(short);
    public const int FlagAt = OpaqueAt + sizeof(int);
    public const int RemarkLengthAt = FlagAt + sizeof(int);
    public const int RemarkAt = RemarkLengthAt + sizeof(int);

    /// <summary>Least header: no remark, no fields.</summary>
    public const int LeastBytes = RemarkAt + sizeof(int);
}
