using System.Buffers;
using System.Text;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;
using Xunit;

namespace Rocket.Protocol.Tests;

/// <summary>Bytes that other implementations produced or expect; whoever changes one of these breaks clients.</summary>
public sealed class GoldenTests
{
    private const string RouteRequestHex =
        "000000250100002100690001990000000700000000000000000000000c0005746f7069630000000154";

    [Fact]
    public void A_route_request_in_a_binary_header_has_the_bytes_of_the_reference()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, RequestCode.GetRouteInfoByTopic, opaque: 7, CommandFlags.Request);
        encoder.AddField("topic"u8, "T");
        Assert.Equal(RouteRequestHex, Convert.ToHexStringLower(Frames.Write(encoder)), ignoreCase: true);
    }

    [Fact]
    public void The_bytes_of_the_reference_read_as_a_route_request()
    {
        var header = Frames.ReadHeader(Convert.FromHexString(RouteRequestHex), out var body);
        Assert.Equal(RequestCode.GetRouteInfoByTopic, header.Code);
        Assert.Equal(LanguageCode.Java, header.Language);
        Assert.Equal(409, header.Version);
        Assert.Equal(7, header.Opaque);
        Assert.Equal(0, header.Flag);
        Assert.Null(header.Remark);
        Assert.Empty(body);
        Assert.True(RouteInfoRequest.TryRead(header, out var request, out _));
        Assert.Equal("T", request.Topic);
    }

    [Theory]
    [InlineData("TagA", 2598919)]
    [InlineData("TagB", 2598920)]
    [InlineData("订单", 1129459)]
    [InlineData("TOPIC#KEY-1", 1250541487)]
    [InlineData("", 0)]
    public void Hashes_are_those_of_Java(string text, int expected)
    {
        Assert.Equal(expected, JavaHash.Of(text));
        Assert.Equal(expected, JavaHash.OfUtf8(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void The_offset_id_of_the_first_message_of_a_local_broker_is_that_of_RocketMQ() =>
        Assert.Equal("7F00000100002A9F0000000000000000", MessageId.Format([127, 0, 0, 1], 10911, 0));

    [Fact]
    public void The_body_CRC_is_that_of_RocketMQ() => Assert.Equal(1774740973, MessageWriter.BodyCrc("Hello RocketMQ"u8));

    [Fact]
    public void The_answer_to_a_send_has_the_fields_that_a_Java_broker_was_seen_to_send()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.Json, ResponseCode.Success, opaque: 12, CommandFlags.Response);
        SendMessageResponse.AddTo(encoder, "7F000001000051AF000000000000009C"u8, 0, 1, SendMessageResponse.DefaultRegion, traceOn: true);
        Assert.Equal(
            """{"code":0,"extFields":{"msgId":"7F000001000051AF000000000000009C","queueId":"0","queueOffset":"1","MSG_REGION":"DefaultRegion","TRACE_ON":"true"},"flag":1,"language":"JAVA","opaque":12,"version":409}""",
            Frames.HeaderText(encoder));
    }

    [Fact]
    public void The_answer_to_a_pull_has_the_fields_that_a_Java_broker_was_seen_to_send()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.Json, ResponseCode.Success, opaque: -3, CommandFlags.Response, "FOUND");
        PullMessageResponse.AddTo(encoder, suggestWhichBrokerId: 0, nextBeginOffset: 2, minOffset: 0, maxOffset: 3);
        Assert.Equal(
            """{"code":0,"extFields":{"suggestWhichBrokerId":"0","nextBeginOffset":"2","minOffset":"0","maxOffset":"3"},"flag":1,"language":"JAVA","opaque":-3,"remark":"FOUND","version":409}""",
            Frames.HeaderText(encoder));
    }

    [Fact]
    public void A_record_has_the_size_that_a_Java_broker_was_seen_to_store()
    {
        var properties = "KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001U0001\u0002TAGS\u0001TagA"u8.ToArray();
        var stored = new byte[MessageProperties.StoredLength(properties, "LiveCluster"u8)];
        Assert.Equal(stored.Length, MessageProperties.WriteStored(properties, "LiveCluster"u8, stored));
        Assert.Equal("KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001U0001\u0002TAGS\u0001TagA\u0002CLUSTER\u0001LiveCluster", Encoding.UTF8.GetString(stored));

        var fields = new MessageFields
        {
            BornHost = [127, 0, 0, 1],
            StoreHost = [127, 0, 0, 1],
            StorePort = 10911,
            Body = new ReadOnlySequence<byte>("hello"u8.ToArray()),
            Topic = "LiveT"u8,
            Properties = stored,
        };
        Assert.Equal(156, MessageWriter.SizeOf(fields));
    }

    [Fact]
    public void A_record_has_exactly_these_bytes()
    {
        var fields = new MessageFields
        {
            QueueId = 3,
            Flag = 0x01020304,
            SysFlag = SystemFlags.Compressed,
            BornTimestamp = 0x0000018900000001,
            BornHost = [10, 0, 0, 5],
            BornPort = 50000,
            StoreHost = [127, 0, 0, 1],
            StorePort = 10911,
            ReconsumeTimes = 2,
            PreparedTransactionOffset = 9,
            Body = new ReadOnlySequence<byte>("Hello RocketMQ"u8.ToArray()),
            Topic = "T"u8,
            Properties = "TAGS\u0001TagA"u8,
        };
        var record = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(record, fields);
        MessageWriter.Stamp(record, queueOffset: 7, physicalOffset: 0x0000010000000040, storeTimestamp: 0x0000018900000002);
        Assert.Equal(
            "00000073" + "DAA320A7" + "69C865ED" + "00000003" + "01020304" + "0000000000000007" + "0000010000000040" + "00000001"
            + "0000018900000001" + "0A000005" + "0000C350" + "0000018900000002" + "7F000001" + "00002A9F" + "00000002" + "0000000000000009"
            + "0000000E" + "48656C6C6F20526F636B65744D51" + "01" + "54" + "0009" + "544147530154616741",
            Convert.ToHexString(record));
    }
}
