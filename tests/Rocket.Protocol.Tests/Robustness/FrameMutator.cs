using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Tests.Robustness;

/// <summary>Makes frames that are nearly right: good ones of every kind with a few things changed, and pure noise.</summary>
internal sealed class FrameMutator(Random random)
{
    private const int MaxFrameBytes = 2048;

    private static readonly int[] Lies = [int.MinValue, -1, 0, 1, 4, 127, 128, 32_767, 65_536, 0x00FF_FFFF, 0x0100_0000, 16_777_216, int.MaxValue];

    private static readonly string[] Tokens = ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e999", "\\u0000", "\\ud800", "\"\":{}", "99999999999999999999"];

    private readonly byte[][] _originals = [.. Originals()];

    /// <summary>The next frame; its length field may be a lie.</summary>
    public byte[] Next()
    {
        if (random.Next(10) == 0)
        {
            return Noise();
        }

        var bytes = _originals[random.Next(_originals.Length)].ToArray();
        for (var changes = random.Next(1, 3); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes = Change(bytes);
        }
        // Most of the time the frame should get past its own prefix.
        if (random.Next(4) > 0 && bytes.Length >= FrameLayout.LengthBytes)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - FrameLayout.LengthBytes);
        }

        return bytes;
    }

    private byte[] Noise()
    {
        var bytes = new byte[random.Next(MaxFrameBytes)];
        random.NextBytes(bytes);
        if (bytes.Length < FrameLayout.HeaderAt || random.Next(2) == 0)
        {
            return bytes;
        }
        // A prefix that holds, so that the noise is taken for a header.
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - FrameLayout.LengthBytes);
        BinaryPrimitives.WriteInt32BigEndian(
            bytes.AsSpan(FrameLayout.HeaderWordAt), FrameLayout.HeaderWord((SerializeType)random.Next(2), bytes.Length - FrameLayout.HeaderAt));
        return bytes;
    }

    private byte[] Change(byte[] bytes)
    {
        var position = random.Next(bytes.Length);
        switch (random.Next(7))
        {
            case 0:
                bytes[position] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[position] = (byte)random.Next(256);
                return bytes;
            case 2:
                if (bytes.Length - position >= sizeof(int))
                {
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(position), Lies[random.Next(Lies.Length)]);
                }

                return bytes;
            case 3:
                return bytes[..position];
            case 4:
                var noise = new byte[random.Next(1, 20)];
                random.NextBytes(noise);
                return [.. bytes[..position], .. noise, .. bytes[position..]];
            case 5:
                var from = random.Next(bytes.Length);
                var until = Math.Min(bytes.Length, from + random.Next(1, 100));
                return [.. bytes[..position], .. bytes[from..until], .. bytes[position..]];
            default:
                return [.. bytes[..position], .. Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]), .. bytes[position..]];
        }
    }

    private static IEnumerable<byte[]> Originals()
    {
        foreach (var type in new[] { SerializeType.Json, SerializeType.RocketMq })
        {
            yield return Send(type, RequestCode.SendMessage, "a body"u8.ToArray());
            yield return Send(type, RequestCode.SendMessageV2, new byte[300]);
            yield return Send(type, RequestCode.SendBatchMessage, Batch());
            yield return Pull(type);
            yield return Plain(type, RequestCode.EndTransaction, new EndTransactionRequest("p", 1, 2, 8, true, "id"));
            yield return Plain(type, RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequest("g", "t", 3));
            yield return Plain(type, RequestCode.UnregisterClient, new UnregisterClientRequest("c", "p", "g"));
            yield return Plain(type, RequestCode.HeartBeat, new TopicRequest("t\"\\\n订"), Heartbeat());
            yield return Plain(type, RequestCode.CheckTransactionState, new CheckTransactionStateRequest(1, 2), Record());
            yield return Plain(type, RequestCode.UpdateAndCreateTopic, new CreateTopicRequest("t", "TBW102", 8, 8, 6, "SINGLE_TAG", 0, false));
        }
    }

    private static byte[] Send(SerializeType type, int code, byte[] body)
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, code, 1, CommandFlags.Request, "remark");
        new SendMessageRequest
        {
            Letters = code != RequestCode.SendMessage,
            ProducerGroup = "PID"u8,
            Topic = "TopicTest"u8,
            DefaultTopic = "TBW102"u8,
            DefaultTopicQueueNums = 4,
            QueueId = 3,
            BornTimestamp = 1690000000000,
            Properties = "KEYS\u0001k1 k2\u0002UNIQ_KEY\u00017F0000010000\u0002WAIT\u0001true\u0002TAGS\u0001TagA"u8,
            MaxReconsumeTimes = 16,
        }.AddTo(encoder);
        return Frames.Write(encoder, body);
    }

    private static byte[] Pull(SerializeType type)
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, RequestCode.PullMessage, 1, CommandFlags.Request);
        new PullMessageRequest
        {
            ConsumerGroup = "g"u8,
            Topic = "t"u8,
            MaxMsgNums = 32,
            SysFlag = 6,
            SuspendTimeoutMillis = 15_000,
            Subscription = "TagA || TagB"u8,
            SubVersion = 1690000000000,
            ExpressionType = "TAG"u8,
        }.AddTo(encoder);
        return Frames.Write(encoder);
    }

    private static byte[] Plain<T>(SerializeType type, int code, T request, byte[]? body = null) where T : IRequestHeader<T>
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, code, 1, CommandFlags.Oneway);
        request.AddTo(encoder);
        return Frames.Write(encoder, body);
    }

    private static byte[] Heartbeat() => ProtocolJson.Serialize(new HeartbeatData
    {
        ClientId = "10.0.0.5@12345",
        ConsumerDataSet = [new ConsumerData { GroupName = "g", SubscriptionDataSet = [new SubscriptionData { Topic = "t", TagsSet = ["a"], CodeSet = [97] }] }],
        ProducerDataSet = [new ProducerData { GroupName = "p" }],
    });

    private static byte[] Batch()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var number = 0; number < 3; number++)
        {
            BatchBodyWriter.Write(output, number, new byte[number * 10], "UNIQ_KEY\u0001x"u8);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Record()
    {
        var fields = new MessageFields { BornHost = new byte[4], StoreHost = new byte[16], Topic = "t"u8, Properties = "TAGS\u0001a"u8, Body = new ReadOnlySequence<byte>(new byte[40]) };
        var record = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(record, fields);
        return record;
    }
}
