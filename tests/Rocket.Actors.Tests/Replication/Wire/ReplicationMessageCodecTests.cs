using System.Buffers;
using CsCheck;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication.Wire;

public sealed class ReplicationMessageCodecTests
{
    private static readonly Gen<string> Name = Gen.Char["abü@-%+"].Array[0, 9].Select(chars => new string(chars));
    private static readonly Gen<int> Log = Gen.Int[0, int.MaxValue];
    private static readonly Gen<long> Number = Gen.Long[0, long.MaxValue];
    private static readonly Gen<long> NumberOrNone = Gen.Long[-1, long.MaxValue];
    private static readonly Gen<LogPoint> Point = Gen.Select(Number, Number, (position, offset) => new LogPoint(position, offset));
    private static readonly Gen<LogEnd> End = Gen.Select(NumberOrNone, Point, (epoch, point) => new LogEnd(epoch, point));

    private static readonly Gen<LogAlignment> Alignment = Gen.OneOf(
        Point.Select(point => (LogAlignment)new LogAlignment.Aligned(point)),
        Gen.Select(NumberOrNone, Point, (epoch, point) => (LogAlignment)new LogAlignment.Cut(new EpochEnd(epoch, point))),
        Point.Select(point => (LogAlignment)new LogAlignment.StartAt(point)));

    private static readonly Gen<ReplicationMessage> Message = Gen.OneOf(
        Gen.Select(
            Name, Number, Gen.Long, Gen.Bool, Gen.Bool,
            (broker, epoch, session, flushes, mayReplace) => (ReplicationMessage)new Follow(broker, new Epoch(epoch), session, flushes, mayReplace)),
        Gen.Select(Gen.Long, Number, Name, (session, promised, reason) => (ReplicationMessage)new FollowRefused(session, new Epoch(promised), reason)),
        Gen.Select(
            Gen.Long, Gen.Bool, Gen.Select(Name, End, (name, end) => new NamedEnd(name, end)).Array[0, 5],
            (session, isLast, logs) => (ReplicationMessage)new Ends(session, isLast, logs)),
        Gen.Select(Gen.Long, Log, Name, Alignment, (session, log, name, alignment) => (ReplicationMessage)new Align(session, log, name, alignment)),
        Gen.Long.Select(session => (ReplicationMessage)new Leaves(session)),
        Gen.Long.Select(session => (ReplicationMessage)new HoldsAll(session)),
        Gen.Select(Gen.Long, Log, End, (session, log, end) => (ReplicationMessage)new LogEnded(session, log, end)),
        Gen.Select(Gen.Long, Log, Name, (session, log, reason) => (ReplicationMessage)new LogFailed(session, log, reason)),
        Gen.Select(
            Gen.Long, Log, NumberOrNone, Point, (session, log, visible, minimum) => (ReplicationMessage)new Marks(session, log, visible, minimum)));

    public static TheoryData<string, ReplicationMessage> Golden
    {
        get
        {
            const string session = "0000000000000102";
            const string point = "0000000000000203" + "0000000000000004";
            var at = new LogPoint(0x203, 4);
            return new TheoryData<string, ReplicationMessage>
            {
                { "0101" + session + "000162" + "0000000000000301" + "01", new Follow("b", new Epoch(0x301), 0x102, true) },
                { "0109" + session + "000162" + "0000000000000301" + "00", new Follow("b", new Epoch(0x301), 0x102, false, MayReplace: true) },
                { "010A" + session, new HoldsAll(0x102) },
                { "0102" + session + "0000000000000301" + "00026E6F", new FollowRefused(0x102, new Epoch(0x301), "no") },
                {
                    "0103" + session + "01" + "0001" + "0003714031" + "FFFFFFFFFFFFFFFF" + point,
                    new Ends(0x102, true, [new NamedEnd("q@1", new LogEnd(-1, at))])
                },
                { "0104" + session + "00000007" + "0003714031" + "01" + point, new Align(0x102, 7, "q@1", new LogAlignment.Aligned(at)) },
                {
                    "0104" + session + "00000007" + "0003714031" + "02" + "0000000000000301" + point,
                    new Align(0x102, 7, "q@1", new LogAlignment.Cut(new EpochEnd(0x301, at)))
                },
                { "0104" + session + "00000007" + "0003714031" + "03" + point, new Align(0x102, 7, "q@1", new LogAlignment.StartAt(at)) },
                { "0108" + session, new Leaves(0x102) },
                { "0105" + session + "00000007" + "0000000000000301" + point, new LogEnded(0x102, 7, new LogEnd(0x301, at)) },
                { "0106" + session + "00000007" + "00026E6F", new LogFailed(0x102, 7, "no") },
                { "0107" + session + "00000007" + "FFFFFFFFFFFFFFFF" + point, new Marks(0x102, 7, -1, at) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_bytes_of_a_message_never_change(string bytes, ReplicationMessage message)
    {
        Assert.Equal(bytes, Convert.ToHexString(Written(message)));
        AssertSame(message, ReplicationMessageCodec.Read(Convert.FromHexString(bytes)));
    }

    [Fact]
    public void Every_message_is_read_as_it_was_written() =>
        Message.Sample(message => AssertSame(message, ReplicationMessageCodec.Read(Written(message))));

    [Fact]
    public void A_message_that_ends_early_or_late_is_refused() => Message.Sample(message =>
    {
        var bytes = Written(message);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<LinkViolationException>(() => ReplicationMessageCodec.Read(cut));
        }

        Assert.Throws<LinkViolationException>(() => ReplicationMessageCodec.Read([.. bytes, 0]));
    });

    [Fact]
    public void Whatever_the_bytes_are_nothing_but_a_violation_is_thrown() =>
        Gen.Select(Message, Gen.Int[0, 200], Gen.Byte).Sample((message, at, value) =>
        {
            var bytes = Written(message);
            bytes[at % bytes.Length] = value;
            try
            {
                ReplicationMessageCodec.Read(bytes);
            }
            catch (LinkViolationException)
            {
                // As documented.
            }
        });

    [Theory]
    [InlineData("0201" + "0000000000000102")]
    [InlineData("0109" + "0000000000000102")]
    [InlineData("0101" + "0000000000000102" + "000162" + "8000000000000301" + "01")]
    [InlineData("0101" + "0000000000000102" + "000162" + "0000000000000301" + "02")]
    [InlineData("0105" + "0000000000000102" + "80000007" + "0000000000000301" + "0000000000000203" + "0000000000000004")]
    [InlineData("0105" + "0000000000000102" + "00000007" + "FFFFFFFFFFFFFFFE" + "0000000000000203" + "0000000000000004")]
    [InlineData("0105" + "0000000000000102" + "00000007" + "0000000000000301" + "8000000000000203" + "0000000000000004")]
    [InlineData("0104" + "0000000000000102" + "00000007" + "0003714031" + "04" + "0000000000000203" + "0000000000000004")]
    public void What_no_copy_would_say_is_refused(string bytes) =>
        Assert.Throws<LinkViolationException>(() => ReplicationMessageCodec.Read(Convert.FromHexString(bytes)));

    [Fact]
    public void A_long_reason_is_cut_and_never_within_a_character()
    {
        var reason = new string('a', 999) + "\U0001F680" + new string('b', 100_000);

        var read = Assert.IsType<LogFailed>(ReplicationMessageCodec.Read(Written(new LogFailed(1, 2, reason))));

        Assert.Equal(new string('a', 999), read.Reason);
    }

    private static byte[] Written(ReplicationMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        ReplicationMessageCodec.Write(bytes, message);
        return bytes.WrittenSpan.ToArray();
    }

    private static void AssertSame(ReplicationMessage expected, ReplicationMessage actual)
    {
        if (expected is Ends ends)
        {
            var read = Assert.IsType<Ends>(actual);
            Assert.Equal((ends.Session, ends.IsLast), (read.Session, read.IsLast));
            Assert.Equal(ends.Logs, read.Logs);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }
}
