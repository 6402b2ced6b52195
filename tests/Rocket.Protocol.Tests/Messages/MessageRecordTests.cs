using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Messages;

public sealed class MessageRecordTests
{
    [Fact]
    public void The_layout_is_where_the_reference_says()
    {
        Assert.Equal(4, MessageLayout.MagicAt);
        Assert.Equal(8, MessageLayout.BodyCrcAt);
        Assert.Equal(12, MessageLayout.QueueIdAt);
        Assert.Equal(16, MessageLayout.FlagAt);
        Assert.Equal(20, MessageLayout.QueueOffsetAt);
        Assert.Equal(28, MessageLayout.PhysicalOffsetAt);
        Assert.Equal(36, MessageLayout.SysFlagAt);
        Assert.Equal(40, MessageLayout.BornTimestampAt);
        Assert.Equal(48, MessageLayout.BornHostAt);
        Assert.Equal(56, MessageLayout.StoreTimestampAt(0));
        Assert.Equal(68, MessageLayout.StoreTimestampAt(SystemFlags.BornHostV6 | SystemFlags.StoreHostV6));
        Assert.Equal(91, MessageLayout.LeastBytes);
        Assert.Equal(-626843481, MessageLayout.MagicV1);
        Assert.Equal(-626843477, MessageLayout.MagicV2);
    }

    [Fact]
    public void A_record_reads_as_it_was_written_and_stamped() =>
        Gen.Select(Values, Generators.AnyInt64.Array[3]).Sample((values, stamps) =>
        {
            var record = values.Write();
            MessageWriter.Stamp(record, stamps[0], stamps[1], stamps[2]);
            AssertIs(values, stamps, record, MessageLayout.MagicV1);
        });

    [Fact]
    public void A_record_with_a_two_byte_topic_length_is_read() =>
        Gen.Select(Values, Generators.AnyInt64.Array[3]).Sample((values, stamps) =>
        {
            var record = values.Write();
            MessageWriter.Stamp(record, stamps[0], stamps[1], stamps[2]);
            AssertIs(values, stamps, ToV2(record), MessageLayout.MagicV2);
        });

    [Fact]
    public void Records_back_to_back_are_read_one_by_one() => Values.Array[1, 5].Sample(several =>
    {
        byte[] bytes = [.. several.SelectMany(values => values.Write())];
        var rest = bytes.AsSpan();
        foreach (var values in several)
        {
            Assert.True(MessageView.TryRead(rest, out var view));
            Assert.True(view.Topic.SequenceEqual(values.Topic));
            rest = rest[view.TotalSize..];
        }

        Assert.True(rest.IsEmpty);
    });

    [Fact]
    public void A_fresh_record_has_no_place_and_no_time_yet()
    {
        var record = Values.Single().Write();
        Assert.True(MessageView.TryRead(record, out var view));
        Assert.Equal((0, 0, 0), (view.QueueOffset, view.PhysicalOffset, view.StoreTimestamp));
    }

    [Fact]
    public void The_host_bits_say_what_the_hosts_are_whatever_the_client_claimed()
    {
        var fields = new MessageFields { SysFlag = 0x30 | SystemFlags.Compressed, BornHost = new byte[4], StoreHost = new byte[16] };
        var record = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(record, fields);
        Assert.True(MessageView.TryRead(record, out var view));
        Assert.Equal(SystemFlags.StoreHostV6 | SystemFlags.Compressed, view.SysFlag);
    }

    [Fact]
    public void A_record_that_is_cut_off_is_not_read() => Values.Sample(
        values =>
        {
            var record = values.Write();
            for (var length = 0; length < record.Length; length++)
            {
                Assert.False(MessageView.TryRead(record.AsSpan(0, length), out _));
            }
        },
        iter: 20);

    [Fact]
    public void A_record_whose_lengths_do_not_add_up_is_not_read()
    {
        var values = new RecordValues { Body = [1, 2, 3], Topic = "T"u8.ToArray(), Properties = "a\u0001b"u8.ToArray() };
        var record = values.Write();
        const int bodyLengthAt = 84;
        const int topicLengthAt = bodyLengthAt + 4 + 3;
        const int propertiesLengthAt = topicLengthAt + 2;
        int[] lies = [int.MinValue, -1, 0, 2, 4, 1000, int.MaxValue];
        foreach (var lie in lies)
        {
            AssertNotRead(record, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes, lie));
            AssertNotRead(record, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes[bodyLengthAt..], lie));
            AssertNotRead(record, bytes => bytes[topicLengthAt] = (byte)(lie & 0xFE));
            AssertNotRead(record, bytes => BinaryPrimitives.WriteInt16BigEndian(bytes[propertiesLengthAt..], (short)(lie == 3 ? 4 : lie)));
        }

        AssertNotRead(record, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes[MessageLayout.MagicAt..], unchecked((int)0xCBD43194)));
        AssertNotRead(record, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes[MessageLayout.SysFlagAt..], SystemFlags.BornHostV6));
    }

    [Fact]
    public void A_body_that_changed_no_longer_matches_its_CRC()
    {
        var record = new RecordValues { Body = "body"u8.ToArray() }.Write();
        Assert.True(MessageView.TryRead(record, out var view));
        Assert.True(view.BodyCrcMatches());
        record[88] ^= 1;
        Assert.True(MessageView.TryRead(record, out view));
        Assert.False(view.BodyCrcMatches());
    }

    [Fact]
    public void What_does_not_fit_into_a_record_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => new RecordValues { Topic = new byte[128] }.Write());
        Assert.Throws<ArgumentException>(() => new RecordValues { Properties = new byte[32_768] }.Write());
        Assert.Throws<ArgumentException>(() => new RecordValues { BornHost = new byte[5] }.Write());
        Assert.Throws<ArgumentException>(() => new RecordValues { StoreHost = [] }.Write());
        Assert.Throws<ArgumentException>(() => MessageWriter.Write(new byte[90], new MessageFields { BornHost = new byte[4], StoreHost = new byte[4] }));
        Assert.Equal(91 + 127 + 32_767, new RecordValues { Topic = new byte[127], Properties = new byte[32_767] }.Write().Length);
    }

    [Fact]
    public void The_body_may_lie_in_many_segments()
    {
        var body = Encoding.UTF8.GetBytes("a body in pieces");
        var whole = new RecordValues { Body = body }.Write();
        var fields = new MessageFields { BornHost = new byte[4], StoreHost = new byte[4], Body = Segments.ByteByByte(body) };
        var record = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(record, fields);
        Assert.Equal(whole, record);
    }

    [Fact]
    public void The_state_of_a_transaction_is_two_of_the_flags()
    {
        const int flags = SystemFlags.Compressed | SystemFlags.CompressionZstd | SystemFlags.TransactionPrepared;
        Assert.Equal(SystemFlags.TransactionPrepared, SystemFlags.TransactionState(flags));
        var committed = SystemFlags.WithTransactionState(flags, SystemFlags.TransactionCommit);
        Assert.Equal(SystemFlags.Compressed | SystemFlags.CompressionZstd | SystemFlags.TransactionCommit, committed);
    }

    private static Gen<RecordValues> Values => Gen.Select(
        Gen.Select(Generators.AnyInt32.Array[6], Generators.AnyInt64.Array[2]),
        Gen.Select(Generators.Host, Generators.Host, Generators.Bytes, Gen.Byte.Array[0, 127], Generators.Bytes),
        (numbers, bytes) => new RecordValues
        {
            QueueId = numbers.Item1[0],
            Flag = numbers.Item1[1],
            SysFlag = numbers.Item1[2] & ~(SystemFlags.BornHostV6 | SystemFlags.StoreHostV6),
            BornPort = numbers.Item1[3],
            StorePort = numbers.Item1[4],
            ReconsumeTimes = numbers.Item1[5],
            BornTimestamp = numbers.Item2[0],
            PreparedTransactionOffset = numbers.Item2[1],
            BornHost = bytes.Item1,
            StoreHost = bytes.Item2,
            Body = bytes.Item3,
            Topic = bytes.Item4,
            Properties = bytes.Item5,
        });

    private static void AssertIs(RecordValues values, long[] stamps, byte[] record, int magic)
    {
        Assert.True(MessageView.TryRead(record, out var view));
        Assert.Equal(magic, view.Magic);
        Assert.Equal(record.Length, view.TotalSize);
        Assert.True(view.Record.SequenceEqual(record));
        Assert.Equal((values.QueueId, values.Flag, values.ReconsumeTimes), (view.QueueId, view.Flag, view.ReconsumeTimes));
        Assert.Equal((stamps[0], stamps[1], stamps[2]), (view.QueueOffset, view.PhysicalOffset, view.StoreTimestamp));
        Assert.Equal(values.SysFlag, view.SysFlag & ~(SystemFlags.BornHostV6 | SystemFlags.StoreHostV6));
        Assert.Equal((values.BornTimestamp, values.PreparedTransactionOffset), (view.BornTimestamp, view.PreparedTransactionOffset));
        Assert.Equal((values.BornPort, values.StorePort), (view.BornPort, view.StorePort));
        Assert.Equal(values.BornHost, view.BornHost.ToArray());
        Assert.Equal(values.StoreHost, view.StoreHost.ToArray());
        Assert.Equal(values.Body, view.Body.ToArray());
        Assert.Equal(values.Topic, view.Topic.ToArray());
        Assert.Equal(values.Properties, view.Properties.ToArray());
        Assert.True(view.BodyCrcMatches());
    }

    /// <summary>The same record with a two-byte topic length.</summary>
    private static byte[] ToV2(byte[] record)
    {
        Assert.True(MessageView.TryRead(record, out var view));
        var topicLengthAt = record.Length - view.Properties.Length - sizeof(short) - view.Topic.Length - 1;
        byte[] longer = [.. record[..topicLengthAt], 0, .. record[topicLengthAt..]];
        BinaryPrimitives.WriteInt32BigEndian(longer, longer.Length);
        BinaryPrimitives.WriteInt32BigEndian(longer.AsSpan(MessageLayout.MagicAt), MessageLayout.MagicV2);
        return longer;
    }

    private static void AssertNotRead(byte[] record, SpanAction<byte> change)
    {
        var changed = record.ToArray();
        change(changed);
        Assert.False(MessageView.TryRead(changed, out _));
    }

    private delegate void SpanAction<T>(Span<T> span);

    private sealed record RecordValues
    {
        public int QueueId { get; init; }

        public int Flag { get; init; }

        public int SysFlag { get; init; }

        public long BornTimestamp { get; init; }

        public byte[] BornHost { get; init; } = new byte[4];

        public int BornPort { get; init; }

        public byte[] StoreHost { get; init; } = new byte[4];

        public int StorePort { get; init; }

        public int ReconsumeTimes { get; init; }

        public long PreparedTransactionOffset { get; init; }

        public byte[] Body { get; init; } = [];

        public byte[] Topic { get; init; } = [];

        public byte[] Properties { get; init; } = [];

        public byte[] Write()
        {
            var fields = new MessageFields
            {
                QueueId = QueueId,
                Flag = Flag,
                SysFlag = SysFlag,
                BornTimestamp = BornTimestamp,
                BornHost = BornHost,
                BornPort = BornPort,
                StoreHost = StoreHost,
                StorePort = StorePort,
                ReconsumeTimes = ReconsumeTimes,
                PreparedTransactionOffset = PreparedTransactionOffset,
                Body = new ReadOnlySequence<byte>(Body),
                Topic = Topic,
                Properties = Properties,
            };
            var record = new byte[MessageWriter.SizeOf(fields)];
            MessageWriter.Write(record, fields);
            return record;
        }
    }
}
