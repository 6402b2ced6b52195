using System.Globalization;
using System.Text;
using CsCheck;
using Rocket.Benchmarks.Framing;
using Rocket.Benchmarks.Load;
using Rocket.Benchmarks.Measuring;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.TestClient.Tests.Load;

public sealed class FramingTests
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void The_scan_finds_what_a_full_decode_finds_whatever_the_text_says(SerializeType type)
    {
        var text = Gen.OneOf(Gen.Const("\"opaque\":7"), Gen.Const("\"code\":8,\"flag\":9"), Gen.Const("msgId"), Gen.String[0, 10]);
        Gen.Select(Gen.Int[-32_768, 32_767], Gen.Int, Gen.Int, text, text).Sample((code, opaque, flag, remark, value) =>
        {
            var frame = FrameEncoder.ToArray(
                new RemotingCommand
                {
                    Code = code,
                    Opaque = opaque,
                    Flag = flag,
                    Remark = remark,
                    Fields = new HeaderFields { { "first", value }, { "msgId", "ABC" }, { "queueOffset", 12 } },
                },
                type);
            var header = frame.AsSpan(FrameLayout.PrefixBytes, FrameDecoder.HeaderLength(frame));

            Assert.Equal(code, HeaderScan.Code(header, type));
            Assert.Equal(opaque, HeaderScan.Opaque(header, type));
            Assert.Equal(flag, HeaderScan.Flag(header, type));
            Assert.Equal("ABC", Encoding.UTF8.GetString(HeaderScan.Field(header, type, "msgId"u8)));
            Assert.Equal(12, HeaderScan.NumberField(header, type, "queueOffset"u8));
        });
    }

    [Fact]
    public void The_scan_reads_a_header_with_blanks_and_another_order()
    {
        var header = Encoding.UTF8.GetBytes("""{"flag": 1, "opaque": -5, "code": 14}""");

        Assert.Equal((14, -5, 1), (HeaderScan.Code(header, SerializeType.Json), HeaderScan.Opaque(header, SerializeType.Json), HeaderScan.Flag(header, SerializeType.Json)));
    }

    [Theory]
    [InlineData("json", "async")]
    [InlineData("binary", "async")]
    [InlineData("json", "batch")]
    [InlineData("binary", "batch")]
    public void A_patched_frame_decodes_to_what_was_patched_in(string encoding, string mode)
    {
        var options = LoadOptions.Parse(["--broker", "a:1", "--serialize", encoding, "--mode", mode, "--size", "100", "--topic", "T"]);
        var template = new SendTemplate(options, producer: 5, queueId: 12);
        var frame = new byte[template.Length];

        var length = template.Write(frame, 1_234_567_890, "1700000000123"u8, 0xABCD, 77, 99);

        var command = FrameDecoder.Decode(frame.AsSpan(0, length));
        Assert.Equal(1_234_567_890, command.Opaque);
        Assert.Equal(mode == "batch" ? 320 : 310, command.Code);
        Assert.Equal("12", command.Fields["e"]);
        Assert.Equal("1700000000123", command.Fields["g"]);
        var stamp = command.Body.Span[(mode == "batch" ? 20 : 0)..];
        Assert.True(BodyStamp.TryRead(stamp, out var read));
        Assert.Equal(new BodyStamp(5, 77, 99), read);
        var text = Encoding.UTF8.GetString(mode == "batch" ? command.Body.Span : Encoding.UTF8.GetBytes(command.Fields["i"]));
        Assert.Contains("UNIQ_KEY\u0001", text, StringComparison.Ordinal);
        Assert.Contains("000000050000ABCD", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_opaque_answers_only_the_use_it_was_given_for()
    {
        var slots = new InFlightSlots(3);
        var first = slots.Take(1, 0, 0);
        Assert.True(slots.TryRelease(first, out _));
        Assert.False(slots.TryRelease(first, out _));
        var second = slots.Take(2, 1, 7);
        Assert.False(slots.TryRelease(first, out _));
        Assert.False(slots.TryRelease(-1, out _));
        Assert.True(slots.TryRelease(second, out var slot));
        Assert.Equal((2L, 1, 7L), (slot.SentAt, slot.Queue, slot.Sequence));
        Assert.Equal(10, Opaques.Of(Opaques.MaxSlots - 1, Opaques.Uses - 1).ToString(CultureInfo.InvariantCulture).Length);
    }

    [Fact]
    public void Quantiles_are_at_most_a_bucket_above_the_truth()
    {
        Gen.Long[0, 10_000_000_000].Array[1, 200].Sample(values =>
        {
            var histogram = new LatencyHistogram();
            foreach (var value in values)
            {
                histogram.RecordTicks(value);
            }

            Array.Sort(values);
            foreach (var share in new[] { 0.5, 0.99, 1.0 })
            {
                var truth = values[(int)Math.Ceiling(share * values.Length) - 1];
                Assert.InRange(histogram.Quantile(share), truth, truth + (truth / 64) + 1);
            }

            Assert.Equal(values[^1], histogram.Max);
        });
    }
}
