using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rocket.Benchmarks.Framing;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Floor;

/// <summary>
/// The answers of the floor. The answer to a send has the members and the length of a broker's; only its opaque is true. Not thread-safe: one for each
/// connection.
/// </summary>
internal sealed class FloorAnswers
{
    private const int JsonOpaquePlaceholder = 1_999_999_999;

    private readonly byte[] _json;
    private readonly int _jsonOpaqueAt;
    private readonly byte[] _binary;

    public FloorAnswers()
    {
        var answer = new RemotingCommand
        {
            Code = ResponseCode.Success,
            Flag = RemotingCommand.ResponseFlag,
            Opaque = JsonOpaquePlaceholder,
            Fields = new HeaderFields
            {
                { "MSG_REGION", "DefaultRegion" },
                { "TRACE_ON", "true" },
                { "msgId", "7F00000100002A9F00000000000000FF" },
                { "queueId", "0" },
                { "queueOffset", "1234567" },
            },
        };
        _json = FrameEncoder.ToArray(answer, SerializeType.Json);
        _jsonOpaqueAt = _json.AsSpan().IndexOf("1999999999"u8);
        _binary = FrameEncoder.ToArray(answer, SerializeType.RocketMq);
    }

    public void WriteStored(IBufferWriter<byte> output, SerializeType type, int opaque)
    {
        if (type == SerializeType.RocketMq)
        {
            var binary = output.GetSpan(_binary.Length);
            _binary.CopyTo(binary);
            BinaryPrimitives.WriteInt32BigEndian(binary[(FrameLayout.PrefixBytes + 5)..], opaque);
            output.Advance(_binary.Length);
        }
        else if (opaque is > 999_999_999)
        {
            var json = output.GetSpan(_json.Length);
            _json.CopyTo(json);
            Digits.WriteDecimal(json.Slice(_jsonOpaqueAt, Opaques.Length), (ulong)opaque);
            output.Advance(_json.Length);
        }
        else
        {
            // A client whose numbers have another length than the load generator's.
            var text = Encoding.UTF8.GetString(_json.AsSpan(FrameLayout.PrefixBytes)).Replace("1999999999", opaque.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var header = Encoding.UTF8.GetBytes(text);
            var frame = output.GetSpan(FrameLayout.PrefixBytes + header.Length);
            FrameEncoder.WritePrefix(frame, FrameLayout.PrefixBytes - FrameLayout.LengthBytes + header.Length, SerializeType.Json, header.Length);
            header.CopyTo(frame[FrameLayout.PrefixBytes..]);
            output.Advance(FrameLayout.PrefixBytes + header.Length);
        }
    }

    /// <summary>Answers everything but sends: a route (105) that leads here, success to a new topic (17), code 3 to the rest.</summary>
    public static void WriteOther(IBufferWriter<byte> output, ReadOnlySpan<byte> frame, string address, int queues)
    {
        var request = FrameDecoder.Decode(frame);
        if (request.IsOneway)
        {
            return;
        }

        var answer = new RemotingCommand
        {
            Code = request.Code is RequestCode.GetRouteInfoByTopic or RequestCode.UpdateAndCreateTopic ? ResponseCode.Success : ResponseCode.RequestCodeNotSupported,
            Flag = RemotingCommand.ResponseFlag,
            Opaque = request.Opaque,
            SerializeType = request.SerializeType,
            Body = request.Code == RequestCode.GetRouteInfoByTopic ? Encoding.UTF8.GetBytes(Route(address, queues)) : default,
        };
        output.Write(FrameEncoder.ToArray(answer));
    }

    private static string Route(string address, int queues) =>
        $$$"""
        {"brokerDatas":[{"brokerAddrs":{"0":"{{{address}}}"},"brokerName":"floor","cluster":"floor"}],"filterServerTable":{},
        "queueDatas":[{"brokerName":"floor","perm":6,"readQueueNums":{{{queues}}},"topicSysFlag":0,"writeQueueNums":{{{queues}}}}]}
        """.ReplaceLineEndings("");
}
