using System.Buffers;
using Rocket.Actors.Links;

namespace Rocket.Actors.Placement;

/// <summary>
/// A voter's message as the payload of a frame of kind <see cref="LinkKind.VoterMessage"/>. Big-endian, texts as in <see cref="LinkFields"/>,
/// placements as in <see cref="PlacementLayout"/>; voters are indexes of one byte, a start is int64 starts and int64 incarnation.
/// <code>
///  0         1        2
/// +---------+--------+-------------------------------------------------------------------------------------------+
/// | uint8   | uint8  | 1 Prepare       from, start, broker, int64 ballot                                         |
/// | version | type   | 2 Accept        from, start, broker, int64 ballot, placement                              |
/// | 1       |        | 3 Promise       from, start, broker, int64 ballot, int64 accepted ballot, placement       |
/// |         |        | 4 Accepted      from, start, broker, int64 ballot                                         |
/// |         |        | 5 Nack          from, start, broker, int64 ballot, int64 promised                         |
/// |         |        | 6 Agreed        broker, placement                                                         |
/// |         |        | 7 Misplaced     broker, node                                                              |
/// |         |        | 8 Introduction  from, start, int64 version, votes, optional memory, optional checked,     |
/// |         |        |                 wants answer                                                              |
/// |         |        | 9 Memory lost   from, start, int64 version                                                |
/// |         |        | 10 Loss noted   from, start, int64 version, start that is noted, int64 highest            |
/// |         |        | 11 Copies?      from, start                                                               |
/// |         |        | 12 Copies       from, start, votes, uint8 n, n × voter, optional trouble, uint16 m,       |
/// |         |        |                 m × (broker, int64 promised, int64 accepted ballot, placement)            |
/// +---------+--------+-------------------------------------------------------------------------------------------+
/// </code>
/// Types are never given another meaning. A message that an older voter can't read gets a new type; one that it must not misread a new version.
/// </summary>
public static class VoterMessageCodec
{
    private const byte Version = 1;

    private enum Tag : byte
    {
        Prepare = 1,
        Accept = 2,
        Promise = 3,
        Accepted = 4,
        Nack = 5,
        Agreed = 6,
        Misplaced = 7,
        Introduction = 8,
        MemoryLost = 9,
        LossNoted = 10,
        CopyRequest = 11,
        Copies = 12,
    }

    /// <summary>Appends a message.</summary>
    public static void Write(IBufferWriter<byte> output, IVoterMessage message)
    {
        switch (message)
        {
            case VoterRequest { Request: Prepare prepare } request:
                Head(output, Tag.Prepare, request, request.Start, request.Broker, prepare.Ballot);
                break;
            case VoterRequest { Request: Accept accept } request:
                Head(output, Tag.Accept, request, request.Start, request.Broker, accept.Ballot);
                PlacementLayout.Write(output, accept.Value);
                break;
            case VoterAnswer { Answer: Promise promise } answer:
                Head(output, Tag.Promise, answer, answer.Start, answer.Broker, promise.Ballot);
                output.WriteInt64(promise.AcceptedBallot.Value);
                PlacementLayout.Write(output, promise.Value);
                break;
            case VoterAnswer { Answer: Accepted accepted } answer:
                Head(output, Tag.Accepted, answer, answer.Start, answer.Broker, accepted.Ballot);
                break;
            case VoterAnswer { Answer: Nack nack } answer:
                Head(output, Tag.Nack, answer, answer.Start, answer.Broker, nack.Ballot);
                output.WriteInt64(nack.Promised.Value);
                break;
            case PlacementAgreed agreed:
                Head(output, Tag.Agreed);
                output.WriteText(agreed.Broker);
                PlacementLayout.Write(output, agreed.Placement);
                break;
            case BrokerMisplaced misplaced:
                Head(output, Tag.Misplaced);
                output.WriteText(misplaced.Broker);
                output.WriteText(misplaced.Node);
                break;
            case VoterIntroduction said:
                Head(output, Tag.Introduction, said, said.Start);
                output.WriteInt64(said.Version);
                output.WriteBool(said.Votes);
                WriteOptional(output, said.MemoryOfYou);
                WriteOptional(output, said.Checked);
                output.WriteBool(said.WantsAnswer);
                break;
            case MemoryLost lost:
                Head(output, Tag.MemoryLost, lost, lost.Start);
                output.WriteInt64(lost.Version);
                break;
            case MemoryLossNoted noted:
                Head(output, Tag.LossNoted, noted, noted.Start);
                output.WriteInt64(noted.Version);
                WriteStart(output, noted.OfStart);
                output.WriteInt64(noted.Highest);
                break;
            case CopyRequest request:
                Head(output, Tag.CopyRequest, request, request.Start);
                break;
            case RegisterCopies copies:
                WriteCopies(output, copies);
                break;
            default:
                throw new ArgumentException($"{message.GetType().Name} is no message between voters.", nameof(message));
        }
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="LinkViolationException">The bytes are none.</exception>
    public static IVoterMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new LinkFieldReader(bytes);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new LinkViolationException($"voters' messages of version {version} are not known here");
        }

        var message = Read((Tag)reader.ReadByte(), ref reader);
        reader.End();
        return message;
    }

    private static IVoterMessage Read(Tag tag, ref LinkFieldReader reader)
    {
        switch (tag)
        {
            case Tag.Agreed:
                return new PlacementAgreed(reader.ReadText(), ReadPlacement(ref reader) ?? throw new LinkViolationException("nothing was agreed on"));
            case Tag.Misplaced:
                return new BrokerMisplaced(reader.ReadText(), reader.ReadText());
        }

        var from = reader.ReadByte();
        var start = ReadStart(ref reader);
        return tag switch
        {
            Tag.Prepare or Tag.Accept => ReadRequest(tag, from, start, ref reader),
            Tag.Promise or Tag.Accepted or Tag.Nack => ReadAnswer(tag, from, start, ref reader),
            Tag.Introduction => new VoterIntroduction(
                from, start, reader.ReadInt64(), reader.ReadBool(), ReadOptional(ref reader), ReadOptional(ref reader), reader.ReadBool()),
            Tag.MemoryLost => new MemoryLost(from, start, reader.ReadInt64()),
            Tag.LossNoted => new MemoryLossNoted(from, start, reader.ReadInt64(), ReadStart(ref reader), reader.ReadInt64()),
            Tag.CopyRequest => new CopyRequest(from, start),
            Tag.Copies => ReadCopies(from, start, ref reader),
            _ => throw new LinkViolationException($"a voter's message of type {(byte)tag} is not known here"),
        };
    }

    private static VoterRequest ReadRequest(Tag tag, int from, VoterStart start, ref LinkFieldReader reader)
    {
        var broker = reader.ReadText();
        var ballot = new Ballot(reader.ReadInt64());
        return new VoterRequest(
            broker,
            from,
            start,
            tag == Tag.Prepare
                ? new Prepare(ballot)
                : new Accept(ballot, ReadPlacement(ref reader) ?? throw new LinkViolationException("there is nothing to accept")));
    }

    private static VoterAnswer ReadAnswer(Tag tag, int from, VoterStart start, ref LinkFieldReader reader)
    {
        var broker = reader.ReadText();
        var ballot = new Ballot(reader.ReadInt64());
        return new VoterAnswer(broker, from, start, tag switch
        {
            Tag.Promise => new Promise(ballot, new Ballot(reader.ReadInt64()), ReadPlacement(ref reader)),
            Tag.Accepted => new Accepted(ballot),
            _ => new Nack(ballot, new Ballot(reader.ReadInt64())),
        });
    }

    private static void WriteCopies(IBufferWriter<byte> output, RegisterCopies copies)
    {
        Head(output, Tag.Copies, copies, copies.ForStart);
        output.WriteBool(copies.Votes);
        output.WriteByte(checked((byte)copies.EverVoted.Count));
        foreach (var voter in copies.EverVoted)
        {
            output.WriteByte(checked((byte)voter));
        }

        output.WriteText(copies.Trouble);
        output.WriteUInt16(copies.Registers.Count);
        foreach (var (broker, state) in copies.Registers)
        {
            output.WriteText(broker);
            output.WriteInt64(state.Promised.Value);
            output.WriteInt64(state.AcceptedBallot.Value);
            PlacementLayout.Write(output, state.Value);
        }
    }

    private static RegisterCopies ReadCopies(int from, VoterStart start, ref LinkFieldReader reader)
    {
        var votes = reader.ReadBool();
        var everVoted = new int[reader.ReadByte()];
        for (var index = 0; index < everVoted.Length; index++)
        {
            everVoted[index] = reader.ReadByte();
        }

        var trouble = reader.ReadOptionalText();
        var registers = new List<RegisterCopy>();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            var broker = reader.ReadText();
            var promised = new Ballot(reader.ReadInt64());
            var accepted = new Ballot(reader.ReadInt64());
            registers.Add(new RegisterCopy(broker, new AcceptorState(promised, accepted, ReadPlacement(ref reader))));
        }

        return new RegisterCopies(from, start, votes, everVoted, registers, trouble);
    }

    private static void Head(IBufferWriter<byte> output, Tag tag) => output.Write([Version, (byte)tag]);

    private static void Head(IBufferWriter<byte> output, Tag tag, IVoterSpeech speech, VoterStart start)
    {
        Head(output, tag);
        output.WriteByte(checked((byte)speech.From));
        WriteStart(output, start);
    }

    private static void Head(IBufferWriter<byte> output, Tag tag, IVoterSpeech speech, VoterStart start, string broker, Ballot ballot)
    {
        Head(output, tag, speech, start);
        output.WriteText(broker);
        output.WriteInt64(ballot.Value);
    }

    private static void WriteStart(IBufferWriter<byte> output, VoterStart start)
    {
        output.WriteInt64(start.Starts);
        output.WriteInt64(start.Incarnation);
    }

    private static VoterStart ReadStart(ref LinkFieldReader reader) => new(reader.ReadInt64(), reader.ReadInt64());

    private static void WriteOptional(IBufferWriter<byte> output, VoterStart? start)
    {
        output.WriteBool(start is not null);
        if (start is { } known)
        {
            WriteStart(output, known);
        }
    }

    private static VoterStart? ReadOptional(ref LinkFieldReader reader) => reader.ReadBool() ? ReadStart(ref reader) : null;

    private static BrokerPlacement? ReadPlacement(ref LinkFieldReader reader)
    {
        var left = reader.Left;
        try
        {
            var placement = PlacementLayout.Read(ref left);
            reader.Skip(left);
            return placement;
        }
        catch (FormatException wrong)
        {
            throw new LinkViolationException(wrong.Message, wrong);
        }
    }
}
