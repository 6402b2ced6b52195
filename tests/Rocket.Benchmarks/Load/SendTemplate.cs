using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rocket.Benchmarks.Framing;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Load;

/// <summary>
/// One send request to one queue, encoded once. Each frame is a copy of it with the opaque, born time, UNIQ_KEY ends and body stamps patched in
/// place: all of them have a fixed length.
/// </summary>
internal sealed class SendTemplate
{
    public const int BornDigits = 13;
    private const int UniqueDigits = 8;
    private const long BornPlaceholder = 8_888_888_888_888;
    private const string UniquePlaceholder = "<unique>";
    private const byte Filler = (byte)'r';
    private static readonly int OpaquePlaceholder = Opaques.Of(Opaques.MaxSlots - 1, Opaques.Uses - 1);

    private readonly byte[] _frame;
    private readonly int _producer;
    private readonly int _opaqueAt;
    private readonly bool _opaqueIsText;
    private readonly int _bornAt;
    private readonly int[] _uniqueAt;
    private readonly int[] _stampAt;

    /// <param name="producer">Number of the producing connection; part of stamps and of UNIQ_KEYs.</param>
    public SendTemplate(LoadOptions options, int producer, int queueId)
    {
        _producer = producer;
        var command = Request(options, producer, queueId).ToCommand(options.Mode == SendMode.Batch ? SendForm.Batch : SendForm.V2);
        _frame = FrameEncoder.ToArray(command with
        {
            Opaque = OpaquePlaceholder,
            Flag = options.Mode == SendMode.Oneway ? RemotingCommand.OnewayFlag : 0,
            SerializeType = options.Serialize,
        });
        _opaqueIsText = options.Serialize == SerializeType.Json;
        _opaqueAt = _opaqueIsText ? Only(OpaquePlaceholder.ToString(CultureInfo.InvariantCulture)) : FrameLayout.PrefixBytes + 5;
        _bornAt = Only(BornPlaceholder.ToString(CultureInfo.InvariantCulture));
        _uniqueAt = All(Encoding.UTF8.GetBytes(UniquePlaceholder));
        _stampAt = options.Size < BodyStamp.Length ? [] : Stamps(options);
    }

    public int Length => _frame.Length;

    /// <summary>Writes one frame and returns its length.</summary>
    /// <param name="unique">Number of the first message on this connection; the others of a batch follow it.</param>
    /// <param name="sequence">Sequence of the first message in its queue; the others of a batch follow it.</param>
    public int Write(Span<byte> destination, int opaque, ReadOnlySpan<byte> bornDigits, uint unique, long sequence, long sentAt)
    {
        _frame.CopyTo(destination);
        if (_opaqueIsText)
        {
            Digits.WriteDecimal(destination.Slice(_opaqueAt, Opaques.Length), (ulong)opaque);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(destination[_opaqueAt..], opaque);
        }

        bornDigits.CopyTo(destination[_bornAt..]);
        foreach (var at in _uniqueAt)
        {
            Digits.WriteHex(destination.Slice(at, UniqueDigits), unique++);
        }

        foreach (var at in _stampAt)
        {
            new BodyStamp(_producer, sequence++, sentAt).Write(destination[at..]);
        }

        return _frame.Length;
    }

    private static SendRequest Request(LoadOptions options, int producer, int queueId)
    {
        var body = new byte[options.Size];
        Array.Fill(body, Filler);
        var unique = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(UniqueKeys.Shared.Next())[..16]) + producer.ToString("X8", CultureInfo.InvariantCulture) + UniquePlaceholder;
        var single = new SendRequest
        {
            Topic = options.Topic,
            ProducerGroup = "load-producers",
            QueueId = queueId,
            BornTimestamp = BornPlaceholder,
            Body = body,
            Properties = new MessageProperties { { PropertyName.UniqueKey, unique }, { PropertyName.Wait, "true" } },
        };
        var part = new BatchPart(body, new MessageProperties { { PropertyName.UniqueKey, unique } });
        return options.Mode != SendMode.Batch
            ? single
            : single with
            {
                Batch = true,
                Properties = new MessageProperties { { PropertyName.Wait, "true" } },
                Body = BatchBody.Encode(Enumerable.Repeat(part, options.MessagesPerFrame)),
            };
    }

    private int[] Stamps(LoadOptions options)
    {
        var body = FrameLayout.PrefixBytes + FrameDecoder.HeaderLength(_frame);
        var partBytes = (_frame.Length - body) / options.MessagesPerFrame;
        var inPart = options.Mode == SendMode.Batch ? BatchBody.FixedBytes - sizeof(short) : 0;
        return [.. Enumerable.Range(0, options.MessagesPerFrame).Select(part => body + (part * partBytes) + inPart)];
    }

    private int Only(string text)
    {
        var places = All(Encoding.UTF8.GetBytes(text));
        return places.Length == 1 ? places[0] : throw new InvalidOperationException($"{text} stands {places.Length} times in the template");
    }

    private int[] All(ReadOnlySpan<byte> text)
    {
        List<int> places = [];
        for (var at = 0; _frame.AsSpan(at).IndexOf(text) is >= 0 and var next; at += next + text.Length)
        {
            places.Add(at + next);
        }

        return [.. places];
    }
}
