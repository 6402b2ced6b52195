using CsCheck;
using Rocket.Actors.Links;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication.Wire;

public sealed class RecordFrameTests
{
    private static readonly Gen<long> Number = Gen.Long[0, long.MaxValue];
    private static readonly Gen<LogPoint> Point = Gen.Select(Number, Number, (position, offset) => new LogPoint(position, offset));
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 300];

    [Fact]
    public void Records_are_read_as_they_were_written() => Gen.Select(
        Gen.Long, Gen.Int[0, int.MaxValue], Gen.Long[-1, long.MaxValue], Gen.Select(Point, Point), Gen.Int[1, int.MaxValue], Gen.Select(Bytes, Bytes, Bytes))
        .Sample((session, log, visible, points, count, bytes) =>
        {
            var (minimum, first) = points;
            var (records, index, keys) = bytes;
            var payload = Payload(RecordFrame.Rent(session, log, new RecordRun(first, count, records, index, keys), visible, minimum), LinkKind.RecordBatch);

            var view = RecordFrame.Read(payload);

            Assert.Equal((session, log, visible, minimum, payload.Length), (view.Session, view.Log, view.VisibleOffset, view.Minimum, view.PayloadBytes));
            Assert.Equal((first, count), (view.Run.First, view.Run.Count));
            Assert.Equal(records, view.Run.Records.ToArray());
            Assert.Equal(index, view.Run.IndexEntries.ToArray());
            Assert.Equal(keys, view.Run.KeyEntries.ToArray());
            Assert.Equal(session, RecordFrame.SessionOf(payload));
        });

    [Fact]
    public void The_bytes_of_records_never_change()
    {
        var run = new RecordRun(new LogPoint(0x30, 3), 2, [0xA1, 0xA2, 0xA3], [0xB1, 0xB2], [0xC1]);

        var payload = Payload(RecordFrame.Rent(0x102, 7, run, -1, new LogPoint(0x10, 1)), LinkKind.RecordBatch);

        Assert.Equal(
            "01" + "0000000000000102" + "00000007" + "FFFFFFFFFFFFFFFF" + "0000000000000010" + "0000000000000001" + "0000000000000030" + "0000000000000003"
            + "00000002" + "00000002" + "00000001" + "B1B2" + "C1" + "A1A2A3",
            Convert.ToHexString(payload));
        Assert.Equal(payload.Length, RecordFrame.SizeOf(run));
    }

    [Fact]
    public void Records_whose_head_does_not_fit_are_refused()
    {
        var payload = Payload(RecordFrame.Rent(1, 2, new RecordRun(default, 2, [1, 2, 3], [4, 5], [6]), 7, default), LinkKind.RecordBatch);
        for (var length = 0; length < RecordFrame.HeadBytes + 3; length++)
        {
            var cut = payload[..length];
            Assert.Throws<LinkViolationException>(() => RecordFrame.Read(cut));
        }

        Refused(0, 2);
        Refused(RecordFrame.HeadBytes - 12, 0x80);
        Refused(RecordFrame.HeadBytes - 8, 0x80);
        Refused(RecordFrame.HeadBytes - 4, 0x7F);

        void Refused(int at, byte value)
        {
            byte[] changed = [.. payload];
            changed[at] = value;
            Assert.Throws<LinkViolationException>(() => RecordFrame.Read(changed));
        }
    }

    [Fact]
    public void An_acknowledgement_is_read_as_it_was_written() => Gen.Select(
        Gen.Long, Number, Gen.Select(Gen.Int[0, int.MaxValue], Point, Point, Ack).Array[0, 40]).Sample((session, taken, logs) =>
    {
        var payload = Payload(AckFrame.Rent(session, taken, logs), LinkKind.ReplicationAck);

        var view = AckFrame.Read(payload);

        Assert.Equal((session, taken, logs.Length), (view.Session, view.Taken, view.Count));
        for (var index = 0; index < logs.Length; index++)
        {
            Assert.Equal(logs[index], view[index]);
        }
    });

    [Fact]
    public void The_bytes_of_an_acknowledgement_never_change() => Assert.Equal(
        "01" + "0000000000000102" + "0000000000000304" + "00000007" + "0000000000000030" + "0000000000000003" + "0000000000000010" + "0000000000000001",
        Convert.ToHexString(Payload(AckFrame.Rent(0x102, 0x304, [new LogAck(7, new LogPoint(0x30, 3), new LogPoint(0x10, 1))]), LinkKind.ReplicationAck)));

    [Fact]
    public void An_acknowledgement_that_makes_no_sense_is_refused()
    {
        var payload = Payload(AckFrame.Rent(1, 2, [new LogAck(3, new LogPoint(40, 4), new LogPoint(10, 1))]), LinkKind.ReplicationAck);
        for (var length = 0; length < payload.Length; length++)
        {
            if (length != payload.Length - 36)
            {
                var cut = payload[..length];
                Assert.Throws<LinkViolationException>(() => Read(cut));
            }
        }

        Refused(0, 2);
        Refused(9, 0x80);
        Refused(17, 0x80);
        Refused(payload.Length - 1, 5); // more flushed than appended

        void Refused(int at, byte value)
        {
            byte[] changed = [.. payload];
            changed[at] = value;
            Assert.Throws<LinkViolationException>(() => Read(changed));
        }

        static void Read(byte[] bytes) => _ = AckFrame.Read(bytes).Taken;
    }

    private static LogAck Ack(int log, LogPoint one, LogPoint other) => new(
        log,
        new LogPoint(Math.Max(one.Position, other.Position), Math.Max(one.Offset, other.Offset)),
        new LogPoint(Math.Min(one.Position, other.Position), Math.Min(one.Offset, other.Offset)));

    private static byte[] Payload(LinkFrame frame, LinkKind kind)
    {
        Assert.Equal(kind, frame.Kind);
        byte[] payload = [.. frame.Bytes[LinkFrameLayout.HeadBytes..]];
        frame.Release();
        return payload;
    }
}
