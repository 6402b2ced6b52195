using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Messages;

public sealed class BatchBodyTests
{
    [Fact]
    public void A_batch_reads_as_it_was_written_wherever_it_is_cut() => Batches.Sample(
        messages =>
        {
            var bytes = Write(messages);
            for (var index = 0; index <= bytes.Length; index += 11)
            {
                AssertReads(messages, Segments.SplitAt(bytes, index));
            }

            AssertReads(messages, Segments.ByteByByte(bytes));
        },
        iter: 30);

    [Fact]
    public void A_message_of_a_batch_has_exactly_these_bytes()
    {
        var bytes = Write([(0x01020304, "ab"u8.ToArray(), "k\u0001v"u8.ToArray())]);
        Assert.Equal("0000001B" + "00000000" + "00000000" + "01020304" + "00000002" + "6162" + "0003" + "6B0176", Convert.ToHexString(bytes));
    }

    [Fact]
    public void A_batch_that_is_cut_off_is_malformed_but_shows_what_came_before()
    {
        var one = Write([(1, "body"u8.ToArray(), "a\u0001b"u8.ToArray())]);
        byte[] two = [.. one, .. one];
        for (var length = one.Length + 1; length < two.Length; length++)
        {
            var reader = new BatchBodyReader(new ReadOnlySequence<byte>(two[..length]));
            Assert.True(reader.TryMoveNext());
            Assert.False(reader.TryMoveNext());
            Assert.True(reader.IsMalformed);
            Assert.StartsWith("message 1 of the batch is malformed: ", reader.Error, StringComparison.Ordinal);
            Assert.False(reader.TryMoveNext());
            Assert.False(BatchBodyReader.TryCount(new ReadOnlySequence<byte>(two[..length]), out _, out var error));
            Assert.Equal(reader.Error, error);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(0, int.MaxValue)]
    [InlineData(0, 21)]
    [InlineData(0, 28)]
    [InlineData(16, -1)]
    [InlineData(16, 3)]
    [InlineData(16, 5)]
    [InlineData(16, int.MaxValue)]
    public void Lengths_that_lie_make_a_batch_malformed(int position, int value)
    {
        var bytes = Write([(1, "body"u8.ToArray(), "a\u0001b"u8.ToArray())]);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(position), value);
        Assert.False(BatchBodyReader.TryCount(new ReadOnlySequence<byte>(bytes), out _, out var error));
        Assert.StartsWith("message 0 of the batch is malformed: ", error, StringComparison.Ordinal);
        Assert.False(BatchBodyReader.TryCount(Segments.ByteByByte(bytes), out _, out _));
    }

    [Fact]
    public void A_batch_without_messages_is_an_error()
    {
        Assert.False(BatchBodyReader.TryCount(ReadOnlySequence<byte>.Empty, out var count, out var error));
        Assert.Equal((0, "the batch holds no message"), (count, error));
    }

    [Fact]
    public void Properties_longer_than_a_record_takes_are_not_written() =>
        Assert.Throws<ArgumentException>(() => BatchBodyWriter.Write(new ArrayBufferWriter<byte>(), 0, [], new byte[short.MaxValue + 1]));

    private static Gen<(int Flag, byte[] Body, byte[] Properties)[]> Batches =>
        Gen.Select(Generators.AnyInt32, Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 60], (flag, body, properties) => (flag, body, properties)).Array[1, 8];

    private static byte[] Write((int Flag, byte[] Body, byte[] Properties)[] messages)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (flag, body, properties) in messages)
        {
            BatchBodyWriter.Write(output, flag, body, properties);
        }

        Assert.Equal(messages.Sum(message => BatchBodyWriter.SizeOf(message.Body.Length, message.Properties.Length)), output.WrittenCount);
        return output.WrittenSpan.ToArray();
    }

    private static void AssertReads((int Flag, byte[] Body, byte[] Properties)[] messages, ReadOnlySequence<byte> body)
    {
        var reader = new BatchBodyReader(body);
        foreach (var expected in messages)
        {
            Assert.True(reader.TryMoveNext());
            Assert.Equal(expected.Flag, reader.Flag);
            Assert.Equal(expected.Body, reader.Body.ToArray());
            Assert.Equal(expected.Properties, reader.Properties.ToArray());
        }

        Assert.False(reader.TryMoveNext());
        Assert.False(reader.IsMalformed);
        Assert.True(BatchBodyReader.TryCount(body, out var count, out var error), error);
        Assert.Equal(messages.Length, count);
    }
}
