using System.Buffers;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Filters;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;
using Xunit;

namespace Rocket.Protocol.Tests.Robustness;

/// <summary>The path that every message takes produces no garbage.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 10_000;

    private static readonly byte[] Properties = "KEYS\u0001k1 k2\u0002UNIQ_KEY\u00017F0000010000\u0002WAIT\u0001true\u0002TAGS\u0001TagA"u8.ToArray();

    public static TheoryData<SerializeType> Types => [SerializeType.Json, SerializeType.RocketMq];

    [Theory]
    [MemberData(nameof(Types))]
    public void Encoding_a_send_allocates_nothing(SerializeType type)
    {
        var encoder = new CommandEncoder();
        var output = new ArrayBufferWriter<byte>(4096);
        var body = new byte[1024];
        AssertNoAllocation(() =>
        {
            output.ResetWrittenCount();
            StartSend(encoder, type);
            encoder.WriteTo(output, body);
        });
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Taking_a_send_in_and_answering_it_allocates_nothing(SerializeType type)
    {
        var encoder = new CommandEncoder();
        StartSend(encoder, type);
        var bytes = Frames.Write(encoder, new byte[1024]);
        AssertTakenInWithoutAllocation(new ReadOnlySequence<byte>(bytes));
        AssertTakenInWithoutAllocation(Segments.SplitAt(bytes, 5));
        AssertTakenInWithoutAllocation(Segments.SplitAt(bytes, 100));
    }

    [Fact]
    public void Filtering_by_properties_allocates_nothing()
    {
        Assert.True(
            SqlExpression.TryParse(
                "TAGS IN ('TagA', 'TagB') AND (a > 5 OR b BETWEEN 1.5 AND 3 OR NOT (KEYS STARTSWITH 'k2')) AND UNIQ_KEY IS NOT NULL AND WAIT = TRUE",
                out var expression,
                out _));
        AssertNoAllocation(() => Assert.True(expression.Matches(Properties)));
    }

    private static void AssertTakenInWithoutAllocation(ReadOnlySequence<byte> received)
    {
        var header = new CommandHeader();
        var encoder = new CommandEncoder();
        var output = new ArrayBufferWriter<byte>(4096);
        var record = new byte[4096];
        var stored = new byte[1024];
        var id = new byte[MessageId.V4Length];
        byte[] host = [127, 0, 0, 1];
        AssertNoAllocation(() =>
        {
            var buffer = received;
            if (!FrameReader.TryRead(ref buffer, FrameLimits.Default, out var frame))
            {
                throw new InvalidOperationException("no frame");
            }

            header.Decode(frame.Header, frame.SerializeType);
            if (!SendMessageRequest.TryRead(header, out var request, out var error))
            {
                throw new InvalidOperationException(error);
            }

            var propertiesLength = MessageProperties.WriteStored(request.Properties, "DefaultCluster"u8, stored);
            var fields = new MessageFields
            {
                QueueId = request.QueueId,
                BornTimestamp = request.BornTimestamp,
                BornHost = host,
                StoreHost = host,
                StorePort = 10911,
                Body = frame.Body,
                Topic = request.Topic,
                Properties = stored.AsSpan(0, propertiesLength),
            };
            MessageWriter.Write(record, fields);
            MessageWriter.Stamp(record, 1, 2, 3);
            if (!MessageView.TryRead(record, out var view))
            {
                throw new InvalidOperationException("no record");
            }

            if (!MessageProperties.TryGet(view.Properties, PropertyNames.Tags, out var tag))
            {
                throw new InvalidOperationException("no tag");
            }

            if (JavaHash.OfUtf8(tag) != 2598919)
            {
                throw new InvalidOperationException("another tag");
            }

            output.ResetWrittenCount();
            encoder.StartResponse(header, ResponseCode.Success);
            MessageId.Format(host, 10911, 2, id);
            SendMessageResponse.AddTo(encoder, id, request.QueueId, 1, SendMessageResponse.DefaultRegion, traceOn: true);
            encoder.WriteTo(output, bodyLength: 0);
        });
    }

    private static void StartSend(CommandEncoder encoder, SerializeType type)
    {
        encoder.Start(type, RequestCode.SendMessageV2, 1, CommandFlags.Request);
        new SendMessageRequest
        {
            Letters = true,
            ProducerGroup = "PID"u8,
            Topic = "TopicTest"u8,
            DefaultTopic = "TBW102"u8,
            DefaultTopicQueueNums = 4,
            QueueId = 3,
            BornTimestamp = 1690000000000,
            Properties = Properties,
        }.AddTo(encoder);
    }

    /// <summary>Grown buffers and compiled code are there after the first rounds; from then on every byte is counted.</summary>
    private static void AssertNoAllocation(Action round)
    {
        for (var number = 0; number < 100; number++)
        {
            round();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < Rounds; number++)
        {
            round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
