using System.Buffers;
using System.Buffers.Binary;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Protocol.Tests.Framing;

public sealed class FrameReaderTests
{
    private static readonly byte[] Body = "the body of the frame"u8.ToArray();

    public static TheoryData<SerializeType> Types => [SerializeType.Json, SerializeType.RocketMq];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_frame_reads_the_same_however_it_is_cut_in_two(SerializeType type)
    {
        var bytes = OneFrame(type);
        for (var index = 0; index <= bytes.Length; index++)
        {
            AssertIsTheFrame(Segments.SplitAt(bytes, index), type);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_frame_reads_the_same_byte_by_byte(SerializeType type) => AssertIsTheFrame(Segments.ByteByByte(OneFrame(type)), type);

    [Theory]
    [MemberData(nameof(Types))]
    public void A_frame_that_is_not_complete_leaves_the_buffer_alone(SerializeType type)
    {
        var bytes = OneFrame(type);
        for (var length = 0; length < bytes.Length; length++)
        {
            foreach (var buffer in new[] { new ReadOnlySequence<byte>(bytes[..length]), Segments.ByteByByte(bytes[..length]) })
            {
                var rest = buffer;
                Assert.False(FrameReader.TryRead(ref rest, FrameLimits.Default, out _));
                Assert.Equal(length, rest.Length);
            }
        }
    }

    [Fact]
    public void Frames_behind_one_another_are_cut_off_one_by_one()
    {
        byte[] two = [.. OneFrame(SerializeType.Json), .. OneFrame(SerializeType.RocketMq)];
        for (var index = 0; index <= two.Length; index++)
        {
            var buffer = Segments.SplitAt(two, index);
            Assert.True(FrameReader.TryRead(ref buffer, FrameLimits.Default, out var first));
            Assert.True(FrameReader.TryRead(ref buffer, FrameLimits.Default, out var second));
            Assert.False(FrameReader.TryRead(ref buffer, FrameLimits.Default, out _));
            Assert.Equal(SerializeType.Json, first.SerializeType);
            Assert.Equal(SerializeType.RocketMq, second.SerializeType);
            Assert.Equal(Body, second.Body.ToArray());
        }
    }

    [Fact]
    public void A_frame_may_have_neither_header_nor_body()
    {
        var buffer = new ReadOnlySequence<byte>(Prefix(4, 0));
        Assert.True(FrameReader.TryRead(ref buffer, FrameLimits.Default, out var frame));
        Assert.True(frame.Header.IsEmpty);
        Assert.True(frame.Body.IsEmpty);
    }

    [Theory]
    [InlineData(int.MinValue, "frame length -2147483648 is less than 4")]
    [InlineData(-1, "frame length -1 is less than 4")]
    [InlineData(0, "frame length 0 is less than 4")]
    [InlineData(3, "frame length 3 is less than 4")]
    [InlineData(16_777_217, "frame length 16777217 is over the limit of 16777216 bytes")]
    [InlineData(int.MaxValue, "frame length 2147483647 is over the limit of 16777216 bytes")]
    public void A_length_that_cannot_be_is_refused_as_soon_as_it_is_there(int length, string message)
    {
        var bytes = Prefix(length, 0)[..4];
        AssertRefused(bytes, message);
    }

    [Theory]
    [InlineData(100, 97, "header length 97 does not fit into a frame of 100 bytes")]
    [InlineData(100_000, 65_537, "header length 65537 is over the limit of 65536 bytes")]
    [InlineData(100_000, 0x00FF_FFFF, "header length 16777215 is over the limit of 65536 bytes")]
    [InlineData(100, 0x0200_0010, "serialize type 2 is neither 0 (JSON) nor 1 (ROCKETMQ)")]
    [InlineData(100, unchecked((int)0xFF00_0010), "serialize type 255 is neither 0 (JSON) nor 1 (ROCKETMQ)")]
    public void A_header_word_that_lies_is_refused_before_the_rest_of_the_frame_is_there(int length, int word, string message) =>
        AssertRefused(Prefix(length, word), message);

    [Fact]
    public void The_greatest_frame_and_header_that_the_limits_allow_are_read()
    {
        var limits = new FrameLimits(MaxFrameBytes: 1000, MaxHeaderBytes: 500);
        var bytes = new byte[1004];
        Prefix(1000, 500).CopyTo(bytes, 0);
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.True(FrameReader.TryRead(ref buffer, limits, out var frame));
        Assert.Equal(500, frame.Header.Length);
        Assert.Equal(496, frame.Body.Length);
        Assert.True(buffer.IsEmpty);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001")]
    [InlineData("PROXY TCP4 1.2.3.4")]
    public void Other_protocols_are_refused_by_their_first_bytes(string text)
    {
        var bytes = text.Select(character => (byte)character).ToArray();
        Assert.Throws<ProtocolViolationException>(() => Read(bytes));
    }

    private static byte[] OneFrame(SerializeType type)
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, RequestCode.SendMessage, opaque: 77, CommandFlags.Oneway, "remark");
        encoder.AddField("topic"u8, "订单");
        encoder.AddField("properties"u8, "TAGS\u0001a\u0002KEYS\u0001k");
        return Frames.Write(encoder, Body);
    }

    private static void AssertIsTheFrame(ReadOnlySequence<byte> bytes, SerializeType type)
    {
        var header = Frames.ReadHeader(bytes, out var body);
        Assert.Equal(type, header.SerializeType);
        Assert.Equal(RequestCode.SendMessage, header.Code);
        Assert.Equal(77, header.Opaque);
        Assert.True(header.IsOneway);
        Assert.False(header.IsResponse);
        Assert.Equal("remark", header.Remark);
        Assert.Equal(2, header.FieldCount);
        Assert.True(header.TryGetField("topic"u8, out var topic));
        Assert.True(topic.SequenceEqual("订单"u8));
        Assert.True(header.TryGetField("properties"u8, out var properties));
        Assert.True(properties.SequenceEqual("TAGS\u0001a\u0002KEYS\u0001k"u8));
        Assert.Equal(Body, body);
    }

    private static byte[] Prefix(int length, int headerWord)
    {
        var bytes = new byte[FrameLayout.HeaderAt];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(FrameLayout.HeaderWordAt), headerWord);
        return bytes;
    }

    private static void AssertRefused(byte[] bytes, string message)
    {
        Assert.Equal(message, Assert.Throws<ProtocolViolationException>(() => Read(bytes)).Message);
        Assert.Equal(message, Assert.Throws<ProtocolViolationException>(() => Read(Segments.ByteByByte(bytes))).Message);
    }

    private static void Read(byte[] bytes) => Read(new ReadOnlySequence<byte>(bytes));

    private static void Read(ReadOnlySequence<byte> bytes) => FrameReader.TryRead(ref bytes, FrameLimits.Default, out _);
}
