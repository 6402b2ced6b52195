using System.Buffers;
using System.Buffers.Binary;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Protocol.Tests.Headers;

public sealed class BinaryHeaderTests
{
    /// <summary>code 105, JAVA, 409, opaque 7, flag 0, remark "r", {topic: "T"}.</summary>
    private static readonly byte[] Header =
        Convert.FromHexString("0069" + "00" + "0199" + "00000007" + "00000000" + "00000001" + "72" + "0000000C" + "0005" + "746F706963" + "00000001" + "54");

    private const int RemarkLengthAt = 13;
    private const int FieldsLengthAt = 18;
    private const int NameLengthAt = 22;
    private const int ValueLengthAt = 29;

    [Fact]
    public void A_header_is_read()
    {
        var header = Frames.Decode(Header, SerializeType.RocketMq);
        Assert.Equal((105, 7, 0, 409, LanguageCode.Java, "r", 1), (header.Code, header.Opaque, header.Flag, header.Version, header.Language, header.Remark, header.FieldCount));
    }

    [Fact]
    public void A_header_that_ends_too_soon_is_refused_at_every_length()
    {
        for (var length = 0; length < Header.Length; length++)
        {
            AssertRefused(Header[..length]);
        }
    }

    [Theory]
    [InlineData(RemarkLengthAt, -1, "length -1 of remark")]
    [InlineData(RemarkLengthAt, 1000, "length 1000 of remark")]
    [InlineData(RemarkLengthAt, int.MaxValue, "length 2147483647 of remark")]
    [InlineData(FieldsLengthAt, -12, "length -12 of extFields")]
    [InlineData(FieldsLengthAt, 13, "length 13 of extFields")]
    [InlineData(FieldsLengthAt, int.MaxValue, "length 2147483647 of extFields")]
    [InlineData(FieldsLengthAt, 11, "the value of field topic does not fit")]
    [InlineData(FieldsLengthAt, 8, "the value of field topic does not fit")]
    [InlineData(FieldsLengthAt, 5, "of a field's name")]
    [InlineData(FieldsLengthAt, 1, "ends within an entry")]
    [InlineData(ValueLengthAt, -1, "the value of field topic does not fit")]
    [InlineData(ValueLengthAt, 2, "the value of field topic does not fit")]
    [InlineData(ValueLengthAt, int.MaxValue, "the value of field topic does not fit")]
    public void A_length_that_lies_is_refused(int position, int value, string reason)
    {
        var bytes = Header.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(position), value);
        Assert.Contains(reason, AssertRefused(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(short.MinValue)]
    [InlineData(short.MaxValue)]
    [InlineData(11)]
    public void A_name_length_that_lies_is_refused(short length)
    {
        var bytes = Header.ToArray();
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(NameLengthAt), length);
        AssertRefused(bytes);
    }

    [Fact]
    public void Texts_of_zero_length_are_absent()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, 1, 2, CommandFlags.Response, string.Empty);
        encoder.AddField("empty"u8, ""u8);
        encoder.AddField("full"u8, "x"u8);
        var header = Frames.ReadHeader(Frames.Write(encoder), out _);
        Assert.Null(header.Remark);
        Assert.False(header.HasField("empty"u8));
        Assert.True(header.HasField("full"u8));
        Assert.Equal(1, header.FieldCount);
    }

    [Fact]
    public void A_header_that_goes_on_behind_its_fields_is_read()
    {
        byte[] longer = [.. Header, 1, 2, 3];
        Assert.Equal(1, Frames.Decode(longer, SerializeType.RocketMq).FieldCount);
    }

    [Theory]
    [InlineData(RequestCode.PopMessage, 3442)]
    [InlineData(RequestCode.AckMessage, 3443)]
    [InlineData(RequestCode.PeekMessage, 3444)]
    [InlineData(RequestCode.ChangeMessageInvisibleTime, 3445)]
    [InlineData(RequestCode.Notification, 3446)]
    [InlineData(RequestCode.PollingInfo, 3447)]
    [InlineData(RequestCode.PopRollback, 3448)]
    [InlineData(RequestCode.BatchAckMessage, 3543)]
    public void Request_codes_that_the_header_cuts_are_restored(int code, int cut)
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, code, 1, CommandFlags.Request);
        var bytes = Frames.Write(encoder)[FrameLayout.HeaderAt..];
        Assert.Equal(cut, BinaryPrimitives.ReadInt16BigEndian(bytes));
        Assert.Equal(code, Frames.Decode(bytes, SerializeType.RocketMq).Code);
    }

    [Fact]
    public void Response_codes_are_left_as_they_are()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, 3442, 1, CommandFlags.Response);
        Assert.Equal(3442, Frames.ReadHeader(Frames.Write(encoder), out _).Code);
    }

    [Fact]
    public void A_language_nobody_knows_is_other()
    {
        var bytes = Header.ToArray();
        bytes[2] = 200;
        Assert.Equal(LanguageCode.Other, Frames.Decode(bytes, SerializeType.RocketMq).Language);
    }

    private static string AssertRefused(byte[] bytes)
    {
        var header = new CommandHeader();
        var message = Assert.Throws<ProtocolViolationException>(() => header.Decode(new ReadOnlySequence<byte>(bytes), SerializeType.RocketMq)).Message;
        Assert.Equal((0, 0), (header.Code, header.FieldCount));
        return message;
    }
}
