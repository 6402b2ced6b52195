using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rocket.Actors.Clients;
using Rocket.Actors.Links;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway.Calls;

/// <summary>What a frame of kind <see cref="LinkKind.ClientCall"/> wants.</summary>
internal enum CallStep : byte
{
    /// <summary>To know whether the client is connected there.</summary>
    Find = 1,

    /// <summary>That the client is sent a oneway request.</summary>
    Tell = 2,

    /// <summary>That the client is asked, and its answer.</summary>
    Call = 3,
}

/// <summary>What a frame of kind <see cref="LinkKind.ClientCallAnswer"/> says.</summary>
internal enum CallReply : byte
{
    /// <summary>The client is connected there; it was told, if it was to be.</summary>
    Connected = 1,

    NotConnected = 2,

    /// <summary>Its answer follows.</summary>
    Answered = 3,

    TimedOut = 4,

    Lost = 5,

    Refused = 6,
}

/// <summary>A call as another node asks for it.</summary>
/// <param name="Step">What is wanted; may be one that is not known here.</param>
/// <param name="Number">The asking node's number for it.</param>
/// <param name="Target">Whom it is for.</param>
/// <param name="Patience">How long the client may take, for <see cref="CallStep.Call"/>.</param>
/// <param name="Request">The request; null for <see cref="CallStep.Find"/>, and where it is none that a header can hold.</param>
internal sealed record AskedCall(CallStep Step, long Number, CallTarget Target, TimeSpan Patience, ClientRequest? Request);

/// <summary>
/// The payload of frames between two nodes about requests to clients; numbers are big-endian, a text is a uint16 and so many bytes of UTF-8:
/// <code>
/// call:   | uint8 step  | int64 number | text client | text group | text broker |      client empty: any producer of the group that is connected to the broker's port
///   Call:  | int32 ms that the client may take | the request as a frame |
///   Tell:  | the request as a frame |
/// answer: | uint8 reply | int64 number |
///   Answered: | the client's answer as a frame |
/// </code>
/// Frames have a binary header and the number 0: the connection that they go to gives them its own. A node leaves out steps and replies that it does not know. What clients say is theirs: a header
/// of it that cannot be read is a call that is refused, and no violation of the link.
/// </summary>
internal static class CallLayout
{
    private const int NumberAt = sizeof(byte);
    private const int BodyAt = NumberAt + sizeof(long);

    private static readonly FrameLimits AnyFrame = new(int.MaxValue, FrameLayout.GreatestHeaderBytes);

    /// <summary>A call on its way to another node; null: it is more than a frame of the link may hold.</summary>
    public static LinkFrame? Call(AskedCall call)
    {
        byte[][] texts = [Encoding.UTF8.GetBytes(call.Target.ClientId ?? string.Empty), Encoding.UTF8.GetBytes(call.Target.Group), Encoding.UTF8.GetBytes(call.Target.Broker)];
        var encoder = call.Request is { } request ? Started(request.Code, CommandFlags.Request, null) : null;
        call.Request?.AddFieldsTo(encoder!);
        var patienceBytes = call.Step == CallStep.Call ? sizeof(int) : 0;
        var length = BodyAt + texts.Sum(text => sizeof(ushort) + text.Length) + patienceBytes + FrameBytes(encoder, call.Request?.Body ?? default);
        if (length > LinkFrameLayout.MaxPayloadBytes)
        {
            return null;
        }

        var link = LinkFrame.Rent(LinkKind.ClientCall, length);
        var left = WriteHead(link.Payload, (byte)call.Step, call.Number);
        foreach (var text in texts)
        {
            BinaryPrimitives.WriteUInt16BigEndian(left, checked((ushort)text.Length));
            text.CopyTo(left[sizeof(ushort)..]);
            left = left[(sizeof(ushort) + text.Length)..];
        }

        if (patienceBytes > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(left, (int)Math.Ceiling(call.Patience.TotalMilliseconds));
            left = left[patienceBytes..];
        }

        WriteFrame(encoder, call.Request?.Body ?? default, left);
        return link.Seal();
    }

    /// <summary>What came of a call, on its way back; an answer that is more than a frame of the link may hold is refused.</summary>
    public static LinkFrame Answer(long number, ClientAnswer answer)
    {
        if (answer.Outcome != ClientCallOutcome.Answered)
        {
            return Answer(number, ReplyOf(answer.Outcome));
        }

        var encoder = Started(answer.Code, CommandFlags.Response, answer.Remark);
        RelayedFields.AddTo(encoder, answer.Fields);
        var length = BodyAt + FrameBytes(encoder, answer.Body);
        if (length > LinkFrameLayout.MaxPayloadBytes)
        {
            return Answer(number, CallReply.Refused);
        }

        var link = LinkFrame.Rent(LinkKind.ClientCallAnswer, length);
        WriteFrame(encoder, answer.Body, WriteHead(link.Payload, (byte)CallReply.Answered, number));
        return link.Seal();
    }

    /// <summary>The same without an answer of a client.</summary>
    public static LinkFrame Answer(long number, CallReply reply)
    {
        var link = LinkFrame.Rent(LinkKind.ClientCallAnswer, BodyAt);
        WriteHead(link.Payload, (byte)reply, number);
        return link.Seal();
    }

    /// <exception cref="LinkViolationException">It is something else.</exception>
    public static AskedCall ReadCall(in ReadOnlySequence<byte> payload)
    {
        var bytes = payload.ToArray().AsMemory();
        var (step, number) = ReadHead(ref bytes);
        var (client, group, broker) = (ReadText(ref bytes), ReadText(ref bytes), ReadText(ref bytes));
        var target = client.Length > 0 ? CallTarget.Client(client) : CallTarget.ProducerOf(group, broker);
        var patience = TimeSpan.Zero;
        if ((CallStep)step == CallStep.Call)
        {
            var milliseconds = BinaryPrimitives.ReadInt32BigEndian(Cut(ref bytes, sizeof(int)).Span);
            patience = milliseconds >= 0 ? TimeSpan.FromMilliseconds(milliseconds) : throw new LinkViolationException($"a call waits {milliseconds} ms");
        }

        return new AskedCall((CallStep)step, number, target, patience, (CallStep)step is CallStep.Call or CallStep.Tell ? ReadRequest(bytes) : null);
    }

    /// <summary>Reply, number and, if it was one, the client's answer.</summary>
    /// <exception cref="LinkViolationException">It is something else.</exception>
    public static (CallReply Reply, long Number, ClientAnswer? Answer) ReadAnswer(in ReadOnlySequence<byte> payload)
    {
        var bytes = payload.ToArray().AsMemory();
        var (reply, number) = ReadHead(ref bytes);
        if ((CallReply)reply != CallReply.Answered)
        {
            return ((CallReply)reply, number, null);
        }

        return TryReadFrame(bytes, out var header, out var body)
            ? (CallReply.Answered, number, new ClientAnswer(ClientCallOutcome.Answered, header.Code, header.Remark, RelayedFields.Of(header), body))
            : (CallReply.Refused, number, null);
    }

    /// <summary>What a reply without an answer comes to; null: it says that the client is there.</summary>
    public static ClientAnswer? OutcomeOf(CallReply reply) => reply switch
    {
        CallReply.Connected => null,
        CallReply.NotConnected => ClientAnswer.NotConnected,
        CallReply.TimedOut => ClientAnswer.TimedOut,
        CallReply.Refused => ClientAnswer.Refused,
        _ => ClientAnswer.Lost,
    };

    private static CallReply ReplyOf(ClientCallOutcome outcome) => outcome switch
    {
        ClientCallOutcome.NotConnected => CallReply.NotConnected,
        ClientCallOutcome.TimedOut => CallReply.TimedOut,
        ClientCallOutcome.Refused => CallReply.Refused,
        _ => CallReply.Lost,
    };

    private static CommandEncoder Started(int code, int flag, string? remark)
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, code, opaque: 0, flag, remark);
        return encoder;
    }

    private static int FrameBytes(CommandEncoder? encoder, ReadOnlyMemory<byte> body) => encoder is null ? 0 : encoder.FrameHeadBytes + body.Length;

    private static void WriteFrame(CommandEncoder? encoder, ReadOnlyMemory<byte> body, Span<byte> destination)
    {
        if (encoder is not null)
        {
            encoder.WriteHead(destination, body.Length);
            body.Span.CopyTo(destination[encoder.FrameHeadBytes..]);
        }
    }

    private static Span<byte> WriteHead(Span<byte> payload, byte first, long number)
    {
        payload[0] = first;
        BinaryPrimitives.WriteInt64BigEndian(payload[NumberAt..], number);
        return payload[BodyAt..];
    }

    private static (byte First, long Number) ReadHead(ref Memory<byte> bytes)
    {
        var head = Cut(ref bytes, BodyAt).Span;
        return (head[0], BinaryPrimitives.ReadInt64BigEndian(head[NumberAt..]));
    }

    private static string ReadText(ref Memory<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(Cut(ref bytes, sizeof(ushort)).Span);
        return Encoding.UTF8.GetString(Cut(ref bytes, length).Span);
    }

    private static ReadOnlyMemory<byte> Cut(ref Memory<byte> bytes, int count)
    {
        if (bytes.Length < count)
        {
            throw new LinkViolationException($"{bytes.Length} bytes of a call to a client are too few");
        }

        var cut = bytes[..count];
        bytes = bytes[count..];
        return cut;
    }

    private static ClientRequest? ReadRequest(ReadOnlyMemory<byte> bytes)
    {
        if (!TryReadFrame(bytes, out var header, out var body))
        {
            return null;
        }

        var fields = RelayedFields.Of(header);
        return new ClientRequest(header.Code, encoder => RelayedFields.AddTo(encoder, fields), body);
    }

    /// <summary>False: its header, which is made of what a client has said, cannot be read.</summary>
    private static bool TryReadFrame(ReadOnlyMemory<byte> bytes, out CommandHeader header, out ReadOnlyMemory<byte> body)
    {
        header = new CommandHeader();
        var frame = ReadFrame(bytes);
        body = bytes[^(int)frame.Body.Length..];
        try
        {
            header.Decode(frame.Header, frame.SerializeType);
            return true;
        }
        catch (ProtocolViolationException)
        {
            return false;
        }
    }

    private static Frame ReadFrame(ReadOnlyMemory<byte> bytes)
    {
        var left = new ReadOnlySequence<byte>(bytes);
        try
        {
            return FrameReader.TryRead(ref left, AnyFrame, out var frame) && left.IsEmpty
                ? frame
                : throw new LinkViolationException("a call to a client is not one frame");
        }
        catch (ProtocolViolationException violation)
        {
            throw new LinkViolationException($"a call to a client: {violation.Message}");
        }
    }
}
