using System.Buffers;
using System.Text;
using Rocket.Actors.Clients;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Calls;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Host.Tests.Calls;

public sealed class CallLayoutTests
{
    private static readonly ClientRequest Request = new(326, encoder => encoder.AddField("topic"u8, "T"), "body"u8.ToArray());

    [Fact]
    public void The_bytes_of_a_question_and_of_replies_are_these()
    {
        Assert.Equal("01" + "0000000000000007" + "0002" + "6331" + "0000" + "0000", Hex(CallLayout.Call(new AskedCall(CallStep.Find, 7, CallTarget.Client("c1"), TimeSpan.Zero, null))));
        Assert.Equal(
            "01" + "0000000000000007" + "0000" + "0001" + "67" + "0001" + "62",
            Hex(CallLayout.Call(new AskedCall(CallStep.Find, 7, CallTarget.ProducerOf("g", "b"), TimeSpan.Zero, null))));
        Assert.Equal("02" + "FFFFFFFFFFFFFFFE", Hex(CallLayout.Answer(-2, CallReply.NotConnected)));
        Assert.Equal("04" + "0000000000000001", Hex(CallLayout.Answer(1, ClientAnswer.TimedOut)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_is_read_back(bool wantsAnswer)
    {
        var step = wantsAnswer ? CallStep.Call : CallStep.Tell;
        var call = new AskedCall(step, long.MaxValue, CallTarget.Client("订单@1"), TimeSpan.FromSeconds(3), Request);

        var read = CallLayout.ReadCall(Payload(CallLayout.Call(call)));

        Assert.Equal((step, long.MaxValue, call.Target), (read.Step, read.Number, read.Target));
        Assert.Equal(wantsAnswer ? TimeSpan.FromSeconds(3) : TimeSpan.Zero, read.Patience);
        Assert.Equal((326, "body", "topic=T"), (read.Request!.Code, Encoding.UTF8.GetString(read.Request.Body.Span), FieldsOf(read.Request)));
    }

    [Fact]
    public void An_answer_is_read_back()
    {
        var answer = new ClientAnswer(ClientCallOutcome.Answered, 1, "订单", [KeyValuePair.Create("a", "b")], "body"u8.ToArray());

        var (reply, number, read) = CallLayout.ReadAnswer(Payload(CallLayout.Answer(9, answer)));

        Assert.Equal((CallReply.Answered, 9L, 1, "订单"), (reply, number, read!.Code, read.Remark));
        Assert.Equal(answer.Fields, read.Fields);
        Assert.Equal(answer.Body.ToArray(), read.Body.ToArray());
    }

    [Fact]
    public void What_is_cut_short_is_a_violation()
    {
        var call = Payload(CallLayout.Call(new AskedCall(CallStep.Call, 1, CallTarget.Client("client"), TimeSpan.FromSeconds(1), Request)));
        for (var length = 0; length < call.Length; length++)
        {
            Assert.Throws<LinkViolationException>(() => CallLayout.ReadCall(call.Slice(0, length)));
        }

        var answer = Payload(CallLayout.Answer(1, new ClientAnswer(ClientCallOutcome.Answered, 0, null, [], "body"u8.ToArray())));
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.Throws<LinkViolationException>(() => CallLayout.ReadAnswer(answer.Slice(0, length)));
        }
    }

    [Fact]
    public void Bytes_by_chance_are_a_call_or_a_violation()
    {
        var random = new Random(20_261_126);
        var call = Payload(CallLayout.Call(new AskedCall(CallStep.Call, 1, CallTarget.Client("client"), TimeSpan.FromSeconds(1), Request))).ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = call.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                CallLayout.ReadCall(new ReadOnlySequence<byte>(bytes));
            }
            catch (LinkViolationException)
            {
                // What else it may be.
            }
        }
    }

    private static string FieldsOf(ClientRequest request)
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, 1, 1, CommandFlags.Request);
        request.AddFieldsTo(encoder);
        var output = new ArrayBufferWriter<byte>();
        encoder.WriteTo(output, 0);
        var frame = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.True(FrameReader.TryRead(ref frame, new FrameLimits(int.MaxValue, int.MaxValue), out var read));
        var header = new CommandHeader();
        header.Decode(read.Header, read.SerializeType);
        return string.Join(',', RelayedFields.Of(header).Select(field => $"{field.Key}={field.Value}"));
    }

    private static ReadOnlySequence<byte> Payload(LinkFrame? frame)
    {
        var payload = frame!.Bytes[LinkFrameLayout.HeadBytes..].ToArray();
        frame.Release();
        return new ReadOnlySequence<byte>(payload);
    }

    private static string Hex(LinkFrame? frame) => Convert.ToHexString(Payload(frame).ToArray());
}
