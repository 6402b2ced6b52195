using System.Text;
using CsCheck;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Responses;
using Xunit;

namespace Rocket.Protocol.Tests.Requests;

public sealed class ResponseTests
{
    [Fact]
    public void The_answer_to_a_send_reads_as_it_was_written() =>
        Gen.Select(Generators.SerializeType, Generators.SomeText, Generators.AnyInt32, Generators.AnyInt64, Gen.Bool, Generators.Text).Sample((type, id, queueId, offset, trace, transaction) =>
        {
            var header = Answer(type, encoder =>
                SendMessageResponse.AddTo(encoder, Encoding.UTF8.GetBytes(id), queueId, offset, "R"u8, trace, Encoding.UTF8.GetBytes(transaction)));
            Assert.True(SendMessageResponse.TryRead(header, out var read, out var error), error);
            Assert.Equal((id, queueId, offset, trace), (Encoding.UTF8.GetString(read.MessageId), read.QueueId, read.QueueOffset, read.TraceOn));
            Assert.Equal(transaction, Encoding.UTF8.GetString(read.TransactionId));
            Assert.True(read.Region.SequenceEqual("R"u8));
        });

    [Fact]
    public void A_client_traces_unless_it_is_told_not_to()
    {
        Assert.True(SendMessageResponse.TryRead(Frames.Json("""{"extFields":{"msgId":"x","queueId":"0","queueOffset":"0"}}"""), out var read, out _));
        Assert.True(read.TraceOn);
    }

    [Fact]
    public void Answers_that_are_numbers_or_text_read_as_they_were_written() =>
        Gen.Select(Generators.SerializeType, Generators.AnyInt64.Array[4], Generators.AnyInt32, Generators.SomeText).Sample((type, longs, number, text) =>
        {
            var pulled = Answer(type, encoder => PullMessageResponse.AddTo(encoder, longs[0], longs[1], longs[2], longs[3]));
            AssertReads(pulled, new PullMessageResponse(longs[0], longs[1], longs[2], longs[3]));
            AssertReads(Answer(type, encoder => OffsetResponse.AddTo(encoder, longs[0])), new OffsetResponse(longs[0]));
            AssertReads(Answer(type, encoder => EarliestStoreTimeResponse.AddTo(encoder, longs[1])), new EarliestStoreTimeResponse(longs[1]));
            AssertReads(Answer(type, encoder => QueryMessageResponse.AddTo(encoder, longs[2], longs[3])), new QueryMessageResponse(longs[2], longs[3]));
            AssertReads(Answer(type, encoder => WipedTopicsResponse.AddTo(encoder, number)), new WipedTopicsResponse(number));
            AssertReads(Answer(type, encoder => AddedTopicsResponse.AddTo(encoder, number)), new AddedTopicsResponse(number));
            AssertReads(Answer(type, encoder => KvConfigResponse.AddTo(encoder, text)), new KvConfigResponse(text));
        });

    [Fact]
    public void An_answer_without_its_fields_is_no_answer()
    {
        Assert.False(PullMessageResponse.TryRead(Frames.Json("""{"extFields":{"nextBeginOffset":"1","minOffset":"0","maxOffset":"3"}}"""), out _, out var error));
        Assert.Equal("the field suggestWhichBrokerId is missing", error);
    }

    private static void AssertReads<T>(CommandHeader header, T expected) where T : IResponseHeader<T>
    {
        Assert.True(T.TryRead(header, out var read, out var error), error);
        Assert.Equal(expected, read);
    }

    private static CommandHeader Answer(SerializeType type, Action<CommandEncoder> addFields)
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, 0, 1, CommandFlags.Response);
        addFields(encoder);
        return Frames.ReadHeader(Frames.Write(encoder), out _);
    }
}
