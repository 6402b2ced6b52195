using System.Buffers;
using CsCheck;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Tests.Links;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class VoterMessageCodecTests
{
    private static readonly VoterStart Start = new(7, 0x0102);
    private static readonly BrokerPlacement Value = new(new Epoch(0x201), 7, "n1", BrokerPlacement.Nodes("n1", "n2"), null);
    private static readonly Gen<string> Name = Gen.Char["abü-%/"].Array[0, 5].Select(chars => new string(chars));
    private static readonly Gen<int> Voter = Gen.Int[0, 255];
    private static readonly Gen<VoterStart> AnyStart = Gen.Select(Gen.Long, Gen.Long, (starts, incarnation) => new VoterStart(starts, incarnation));
    private static readonly Gen<Ballot> AnyBallot = Gen.Long.Select(value => new Ballot(value));

    private static readonly Gen<BrokerPlacement> Placement = Gen.Select(
        Gen.Long, Gen.Long, Gen.Null(Name), Name.Array[0, 4], Gen.Null(Name),
        (epoch, version, master, inSync, wanted) => new BrokerPlacement(new Epoch(epoch), version, master, BrokerPlacement.Nodes(inSync), wanted));

    private static readonly Gen<BrokerPlacement?> OptionalPlacement = Gen.OneOf(Placement.Select(value => (BrokerPlacement?)value), Gen.Const((BrokerPlacement?)null));
    private static readonly Gen<VoterStart?> OptionalStart = Gen.OneOf(AnyStart.Select(value => (VoterStart?)value), Gen.Const((VoterStart?)null));

    private static readonly Gen<AcceptorRequest> Request = Gen.OneOf(
        AnyBallot.Select(ballot => (AcceptorRequest)new Prepare(ballot)),
        Gen.Select(AnyBallot, Placement, (ballot, value) => (AcceptorRequest)new Accept(ballot, value)));

    private static readonly Gen<AcceptorAnswer> Answer = Gen.OneOf(
        Gen.Select(AnyBallot, AnyBallot, OptionalPlacement, (ballot, accepted, value) => (AcceptorAnswer)new Promise(ballot, accepted, value)),
        AnyBallot.Select(ballot => (AcceptorAnswer)new Accepted(ballot)),
        Gen.Select(AnyBallot, AnyBallot, (ballot, promised) => (AcceptorAnswer)new Nack(ballot, promised)));

    private static readonly Gen<RegisterCopy> Copy = Gen.Select(
        Name, AnyBallot, AnyBallot, OptionalPlacement, (broker, promised, accepted, value) => new RegisterCopy(broker, new AcceptorState(promised, accepted, value)));

    private static readonly Gen<IVoterMessage> Message = Gen.OneOf(
        Gen.Select(Name, Voter, AnyStart, Request, (broker, from, start, request) => (IVoterMessage)new VoterRequest(broker, from, start, request)),
        Gen.Select(Name, Voter, AnyStart, Answer, (broker, from, start, answer) => (IVoterMessage)new VoterAnswer(broker, from, start, answer)),
        Gen.Select(Name, Placement, (broker, value) => (IVoterMessage)new PlacementAgreed(broker, value)),
        Gen.Select(Name, Name, (broker, node) => (IVoterMessage)new BrokerMisplaced(broker, node)),
        Gen.Select(
            Voter, AnyStart, Gen.Long, Gen.Bool, OptionalStart, OptionalStart, Gen.Bool,
            (from, start, version, votes, memory, heard, wants) => (IVoterMessage)new VoterIntroduction(from, start, version, votes, memory, heard, wants)),
        Gen.Select(Voter, AnyStart, Gen.Long, (from, start, version) => (IVoterMessage)new MemoryLost(from, start, version)),
        Gen.Select(
            Voter, AnyStart, Gen.Long, AnyStart, Gen.Long,
            (from, start, version, of, highest) => (IVoterMessage)new MemoryLossNoted(from, start, version, of, highest)),
        Gen.Select(Voter, AnyStart, (from, start) => (IVoterMessage)new CopyRequest(from, start)),
        Gen.Select(
            Voter, AnyStart, Gen.Bool, Voter.Array[0, 4], Copy.Array[0, 3], Gen.Null(Name),
            (from, start, votes, ever, copies, trouble) => (IVoterMessage)new RegisterCopies(from, start, votes, ever, copies, trouble)));

    public static TheoryData<string, IVoterMessage> Golden
    {
        get
        {
            const string head = "01" + "0000000000000007" + "0000000000000102";
            const string value = "01" + "0000000000000201" + "0000000000000007" + "00026E31" + "FFFF" + "0002" + "00026E31" + "00026E32";
            return new TheoryData<string, IVoterMessage>
            {
                { "0101" + head + "000162" + "0000000000000302", new VoterRequest("b", 1, Start, new Prepare(new Ballot(0x302))) },
                { "0102" + head + "000162" + "0000000000000302" + value, new VoterRequest("b", 1, Start, new Accept(new Ballot(0x302), Value)) },
                { "0103" + head + "000162" + "0000000000000302" + "0000000000000100" + value, new VoterAnswer("b", 1, Start, new Promise(new Ballot(0x302), new Ballot(0x100), Value)) },
                { "0103" + head + "000162" + "0000000000000302" + "0000000000000000" + "00", new VoterAnswer("b", 1, Start, new Promise(new Ballot(0x302), Ballot.None, null)) },
                { "0104" + head + "000162" + "0000000000000302", new VoterAnswer("b", 1, Start, new Accepted(new Ballot(0x302))) },
                { "0105" + head + "000162" + "0000000000000302" + "0000000000000401", new VoterAnswer("b", 1, Start, new Nack(new Ballot(0x302), new Ballot(0x401))) },
                { "0106" + "000162" + value, new PlacementAgreed("b", Value) },
                { "0107" + "000162" + "00026E31", new BrokerMisplaced("b", "n1") },
                {
                    "0108" + head + "0000000000000009" + "01" + "01" + "0000000000000002" + "0000000000000003" + "00" + "01",
                    new VoterIntroduction(1, Start, 9, true, new VoterStart(2, 3), null, true)
                },
                { "0109" + head + "0000000000000009", new MemoryLost(1, Start, 9) },
                {
                    "010A" + head + "0000000000000009" + "0000000000000002" + "0000000000000003" + "0000000000000004",
                    new MemoryLossNoted(1, Start, 9, new VoterStart(2, 3), 4)
                },
                { "010B" + head, new CopyRequest(1, Start) },
                {
                    "010C" + head + "01" + "02" + "0002" + "FFFF" + "0001" + "000162" + "0000000000000302" + "0000000000000100" + value,
                    new RegisterCopies(1, Start, true, [0, 2], [new RegisterCopy("b", new AcceptorState(new Ballot(0x302), new Ballot(0x100), Value))], null)
                },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_bytes_of_a_message_are_these(string hex, IVoterMessage message)
    {
        Assert.Equal(hex, Convert.ToHexString(Bytes(message)));
        AssertSame(message, VoterMessageCodec.Read(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Every_message_is_read_back() => Message.Sample(message => AssertSame(message, VoterMessageCodec.Read(Bytes(message))));

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_message_that_is_cut_or_continued_is_a_violation(string hex, IVoterMessage message)
    {
        Assert.NotNull(message);
        var bytes = Convert.FromHexString(hex);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<LinkViolationException>(() => VoterMessageCodec.Read(bytes.AsSpan(0, length)));
        }

        Assert.Throws<LinkViolationException>(() => VoterMessageCodec.Read([.. bytes, 0]));
    }

    [Fact]
    public void A_changed_message_is_a_violation_or_another_message() =>
        Gen.Select(Message, Gen.Int[0, 10_000], Gen.Byte).Sample((message, place, value) =>
        {
            var bytes = Bytes(message);
            bytes[place % bytes.Length] = value;
            try
            {
                VoterMessageCodec.Read(bytes);
            }
            catch (LinkViolationException)
            {
                // Noticed; nothing else may come out.
            }
        });

    [Fact]
    public void A_frame_with_a_message_is_read_however_it_is_cut()
    {
        var message = new VoterRequest("b", 1, Start, new Accept(new Ballot(0x302), Value));
        byte[] frame = [.. LinkFrame.Copy(LinkKind.VoterMessage, Bytes(message)).Bytes];
        for (var first = 0; first <= frame.Length; first++)
        {
            var buffer = Pieces.Of(frame[..first], frame[first..]);
            Assert.True(LinkFrameReader.TryRead(ref buffer, 1000, out var read));
            AssertSame(message, VoterMessageCodec.Read(read.Payload.ToArray()));
        }
    }

    private static byte[] Bytes(IVoterMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        VoterMessageCodec.Write(output, message);
        return output.WrittenSpan.ToArray();
    }

    private static void AssertSame(IVoterMessage expected, IVoterMessage actual)
    {
        if (expected is RegisterCopies copies)
        {
            var read = Assert.IsType<RegisterCopies>(actual);
            Assert.Equal(copies.EverVoted, read.EverVoted);
            Assert.Equal(copies.Registers, read.Registers);
            Assert.Equal(copies with { EverVoted = [], Registers = [] }, read with { EverVoted = [], Registers = [] });
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }
}
