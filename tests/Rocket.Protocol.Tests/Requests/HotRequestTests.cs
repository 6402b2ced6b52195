using System.Text;
using CsCheck;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;
using Xunit;

namespace Rocket.Protocol.Tests.Requests;

/// <summary>The requests that show the header's own bytes: send, pull, commit.</summary>
public sealed class HotRequestTests
{
    private const string Letters = """{"a":"PID","b":"T","c":"TBW102","d":"4","e":"-1","f":"0","g":"1690000000000","h":"7","i":"TAGS\u0001x","j":"2","k":"True","l":"16","m":"false","n":"broker-a"}""";

    private const string Names = """{"producerGroup":"PID","topic":"T","defaultTopic":"TBW102","defaultTopicQueueNums":"4","queueId":"-1","sysFlag":"0","bornTimestamp":"1690000000000","flag":"7","properties":"TAGS\u0001x","reconsumeTimes":"2","unitMode":"1","maxReconsumeTimes":"16","batch":"FALSE","bname":"broker-a"}""";

    [Theory]
    [InlineData(RequestCode.SendMessage, Names)]
    [InlineData(RequestCode.SendReplyMessage, Names)]
    [InlineData(RequestCode.SendMessageV2, Letters)]
    [InlineData(RequestCode.SendBatchMessage, Letters)]
    [InlineData(RequestCode.SendReplyMessageV2, Letters)]
    public void A_send_reads_the_same_by_names_and_by_letters(int code, string fields)
    {
        var header = Frames.Json($$"""{"code":{{code}},"extFields":{{fields}}}""");
        Assert.True(SendMessageRequest.TryRead(header, out var request, out var error), error);
        Assert.Equal("PID", Text(request.ProducerGroup));
        Assert.Equal("T", Text(request.Topic));
        Assert.Equal("TBW102", Text(request.DefaultTopic));
        Assert.Equal(4, request.DefaultTopicQueueNums);
        Assert.Equal(-1, request.QueueId);
        Assert.Equal(0, request.SysFlag);
        Assert.Equal(1690000000000, request.BornTimestamp);
        Assert.Equal(7, request.Flag);
        Assert.Equal("TAGS\u0001x", Text(request.Properties));
        Assert.Equal(2, request.ReconsumeTimes);
        Assert.True(request.UnitMode);
        Assert.Equal(16, request.MaxReconsumeTimes);
        Assert.Equal(code == RequestCode.SendBatchMessage, request.Batch);
    }

    [Fact]
    public void What_a_send_may_leave_out_is_empty_zero_or_unknown()
    {
        var header = Frames.Json("""{"code":310,"extFields":{"a":"PID","b":"T","c":"TBW102","d":4,"e":0,"f":0,"g":1,"h":0,"m":true}}""");
        Assert.True(SendMessageRequest.TryRead(header, out var request, out var error), error);
        Assert.True(request.Properties.IsEmpty);
        Assert.Equal(0, request.ReconsumeTimes);
        Assert.Null(request.MaxReconsumeTimes);
        Assert.False(request.UnitMode);
        Assert.True(request.Batch);
    }

    [Theory]
    [InlineData("a", "producerGroup")]
    [InlineData("b", "topic")]
    [InlineData("c", "defaultTopic")]
    [InlineData("d", "defaultTopicQueueNums")]
    [InlineData("e", "queueId")]
    [InlineData("f", "sysFlag")]
    [InlineData("g", "bornTimestamp")]
    [InlineData("h", "flag")]
    public void A_letter_that_is_missing_is_named_in_full(string letter, string name)
    {
        var header = Frames.Json($$"""{"code":310,"extFields":{{Letters.Replace($"\"{letter}\":", "\"z\":", StringComparison.Ordinal)}}}""");
        Assert.False(SendMessageRequest.TryRead(header, out _, out var error));
        Assert.Equal($"the field {name} is missing", error);
    }

    [Theory]
    [InlineData("e", "3.0", "the field queueId is \"3.0\", not a 32-bit integer")]
    [InlineData("e", "99999999999", "the field queueId is \"99999999999\", not a 32-bit integer")]
    [InlineData("g", "yesterday", "the field bornTimestamp is \"yesterday\", not a 64-bit integer")]
    [InlineData("g", "9223372036854775808", "the field bornTimestamp is \"9223372036854775808\", not a 64-bit integer")]
    [InlineData("k", "maybe", "the field unitMode is \"maybe\", not true or false")]
    [InlineData("l", " 1", "the field maxReconsumeTimes is \" 1\", not a 32-bit integer")]
    public void A_value_of_the_wrong_type_is_shown_with_its_name(string letter, string value, string expected)
    {
        var header = Frames.Json($$$"""{"code":310,"extFields":{{{{Letters[1..^1]}}},"{{{letter}}}":"{{{value}}}"}}""");
        Assert.False(SendMessageRequest.TryRead(header, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_long_wrong_value_is_cut_in_the_error()
    {
        var header = Frames.Json($$$"""{"code":310,"extFields":{{{{Letters[1..^1]}}},"e":"{{{new string('9', 5000)}}}"}}""");
        Assert.False(SendMessageRequest.TryRead(header, out _, out var error));
        Assert.Equal($"the field queueId is \"{new string('9', 64)}\"…, not a 32-bit integer", error);
    }

    [Fact]
    public void The_first_wrong_field_is_the_one_that_is_named()
    {
        var header = Frames.Json("""{"code":15,"extFields":{"consumerGroup":"g","topic":"t","queueId":"x"}}""");
        Assert.False(UpdateConsumerOffsetRequest.TryRead(header, out _, out var error));
        Assert.Equal("the field queueId is \"x\", not a 32-bit integer", error);
    }

    [Fact]
    public void A_send_reads_as_it_was_written() => Gen.Select(
        Gen.Select(Generators.SerializeType, Gen.Bool, Generators.SomeText, Generators.SomeText, Generators.SomeText, Generators.Text),
        Gen.Select(Generators.AnyInt32.Array[6], Generators.AnyInt64, Generators.AnyInt32.Nullable(), Gen.Bool, Gen.Bool)).Sample((texts, numbers) =>
        {
            var (type, letters, group, topic, template, properties) = texts;
            var (ints, born, limit, unitMode, batch) = numbers;
            var encoder = new CommandEncoder();
            encoder.Start(type, letters ? RequestCode.SendMessageV2 : RequestCode.SendMessage, 1, CommandFlags.Request);
            new SendMessageRequest
            {
                Letters = letters,
                ProducerGroup = Encoding.UTF8.GetBytes(group),
                Topic = Encoding.UTF8.GetBytes(topic),
                DefaultTopic = Encoding.UTF8.GetBytes(template),
                DefaultTopicQueueNums = ints[0],
                QueueId = ints[1],
                SysFlag = ints[2],
                BornTimestamp = born,
                Flag = ints[3],
                Properties = Encoding.UTF8.GetBytes(properties),
                ReconsumeTimes = ints[4],
                UnitMode = unitMode,
                MaxReconsumeTimes = limit,
                Batch = batch,
            }.AddTo(encoder);
            var header = Frames.ReadHeader(Frames.Write(encoder), out _);
            Assert.True(SendMessageRequest.TryRead(header, out var read, out var error), error);
            Assert.Equal((letters, group, topic, template, properties), (read.Letters, Text(read.ProducerGroup), Text(read.Topic), Text(read.DefaultTopic), Text(read.Properties)));
            Assert.Equal((ints[0], ints[1], ints[2], ints[3], ints[4]), (read.DefaultTopicQueueNums, read.QueueId, read.SysFlag, read.Flag, read.ReconsumeTimes));
            Assert.Equal((born, limit, unitMode, batch), (read.BornTimestamp, read.MaxReconsumeTimes, read.UnitMode, read.Batch));
        });

    [Fact]
    public void A_pull_reads_as_it_was_written() => Gen.Select(
        Gen.Select(Generators.SerializeType, Generators.SomeText, Generators.SomeText, Generators.Text, Generators.Text),
        Gen.Select(Generators.AnyInt32.Array[3], Generators.AnyInt64.Array[4])).Sample((texts, numbers) =>
        {
            var (type, group, topic, subscription, expressionType) = texts;
            var (ints, longs) = numbers;
            var encoder = new CommandEncoder();
            encoder.Start(type, RequestCode.PullMessage, 1, CommandFlags.Request);
            new PullMessageRequest
            {
                ConsumerGroup = Encoding.UTF8.GetBytes(group),
                Topic = Encoding.UTF8.GetBytes(topic),
                QueueId = ints[0],
                QueueOffset = longs[0],
                MaxMsgNums = ints[1],
                SysFlag = ints[2],
                CommitOffset = longs[1],
                SuspendTimeoutMillis = longs[2],
                Subscription = Encoding.UTF8.GetBytes(subscription),
                SubVersion = longs[3],
                ExpressionType = Encoding.UTF8.GetBytes(expressionType),
            }.AddTo(encoder);
            var header = Frames.ReadHeader(Frames.Write(encoder), out _);
            Assert.True(PullMessageRequest.TryRead(header, out var read, out var error), error);
            Assert.Equal((group, topic, subscription, expressionType), (Text(read.ConsumerGroup), Text(read.Topic), Text(read.Subscription), Text(read.ExpressionType)));
            Assert.Equal((ints[0], ints[1], ints[2]), (read.QueueId, read.MaxMsgNums, read.SysFlag));
            Assert.Equal((longs[0], longs[1], longs[2], longs[3]), (read.QueueOffset, read.CommitOffset, read.SuspendTimeoutMillis, read.SubVersion));
        });

    [Fact]
    public void A_commit_reads_as_it_was_written() =>
        Gen.Select(Generators.SerializeType, Generators.SomeText, Generators.SomeText, Generators.AnyInt32, Generators.AnyInt64).Sample((type, group, topic, queueId, offset) =>
        {
            var encoder = new CommandEncoder();
            encoder.Start(type, RequestCode.UpdateConsumerOffset, 1, CommandFlags.Oneway);
            new UpdateConsumerOffsetRequest
            {
                ConsumerGroup = Encoding.UTF8.GetBytes(group),
                Topic = Encoding.UTF8.GetBytes(topic),
                QueueId = queueId,
                CommitOffset = offset,
            }.AddTo(encoder);
            var header = Frames.ReadHeader(Frames.Write(encoder), out _);
            Assert.True(UpdateConsumerOffsetRequest.TryRead(header, out var read, out var error), error);
            Assert.Equal((group, topic, queueId, offset), (Text(read.ConsumerGroup), Text(read.Topic), read.QueueId, read.CommitOffset));
        });

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
