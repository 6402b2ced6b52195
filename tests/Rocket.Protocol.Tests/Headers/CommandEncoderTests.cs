using System.Buffers;
using System.Text;
using System.Text.Json;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Protocol.Tests.Headers;

public sealed class CommandEncoderTests
{
    [Fact]
    public void Json_comes_without_blanks_and_without_what_is_absent()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.Json, 22, -1, CommandFlags.Response);
        Assert.Equal("""{"code":22,"flag":1,"language":"JAVA","opaque":-1,"version":409}""", Frames.HeaderText(encoder));
    }

    [Fact]
    public void Control_characters_quotes_and_backslashes_are_escaped()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.Json, 0, 1, CommandFlags.Response, "a\"b\\c\n订");
        encoder.AddField("p"u8, "TAGS\u0001t\u0002K\u0000\u001f"u8);
        Assert.Equal(
            """{"code":0,"extFields":{"p":"TAGS\u0001t\u0002K\u0000\u001f"},"flag":1,"language":"JAVA","opaque":1,"remark":"a\"b\\c\u000a订","version":409}""",
            Frames.HeaderText(encoder));
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_spoil_the_header()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.Json, 0, 1, CommandFlags.Response, "\ud800");
        encoder.AddField("p"u8, [(byte)'a', 0xFF, 0xC3]);
        var bytes = Frames.Write(encoder)[FrameLayout.HeaderAt..];
        using var document = JsonDocument.Parse(bytes);
        Assert.Equal("a\uFFFD\uFFFD", document.RootElement.GetProperty("extFields").GetProperty("p").GetString());
        Assert.Equal("\uFFFD", document.RootElement.GetProperty("remark").GetString());
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void A_head_without_its_body_states_the_body_that_follows(SerializeType type)
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, 0, 1, CommandFlags.Response, "r");
        encoder.AddField("a"u8, "b");
        var output = new ArrayBufferWriter<byte>();
        encoder.WriteTo(output, bodyLength: 5);
        Assert.Equal(encoder.FrameHeadBytes, output.WrittenCount);
        output.Write("01234"u8);
        Frames.ReadHeader(output.WrittenSpan.ToArray(), out var body);
        Assert.Equal("01234"u8.ToArray(), body);
        Assert.Equal(Frames.Write(encoder, "01234"u8.ToArray()), output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void An_answer_is_written_as_its_request_was(SerializeType type)
    {
        var encoder = new CommandEncoder();
        encoder.Start(type, 105, -77, CommandFlags.Request);
        var request = Frames.ReadHeader(Frames.Write(encoder), out _);
        encoder.StartResponse(request, 17, "none");
        var response = Frames.ReadHeader(Frames.Write(encoder), out _);
        Assert.Equal((type, 17, -77, "none", true), (response.SerializeType, response.Code, response.Opaque, response.Remark, response.IsResponse));
    }

    [Fact]
    public void A_header_greater_than_a_frame_can_state_is_refused_and_the_next_is_written()
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.Json, 0, 1, CommandFlags.Response);
        encoder.AddField("a"u8, new string('x', FrameLayout.GreatestHeaderBytes));
        Assert.Throws<InvalidOperationException>(() => encoder.FrameHeadBytes);
        encoder.Start(SerializeType.Json, 0, 2, CommandFlags.Response);
        Assert.Equal(2, Frames.ReadHeader(Frames.Write(encoder), out _).Opaque);
    }

    [Fact]
    public void Misuse_is_an_error()
    {
        var encoder = new CommandEncoder();
        Assert.Throws<InvalidOperationException>(() => encoder.FrameHeadBytes);
        Assert.Throws<InvalidOperationException>(() => encoder.AddField("a"u8, "b"));
        encoder.Start(SerializeType.RocketMq, 0, 1, CommandFlags.Response);
        Assert.Throws<ArgumentException>(() => encoder.AddField(new byte[short.MaxValue + 1], "b"));
        _ = encoder.FrameHeadBytes;
        Assert.Throws<InvalidOperationException>(() => encoder.AddField("a"u8, "b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.WriteTo(new ArrayBufferWriter<byte>(), -1));
    }

    [Fact]
    public void A_binary_header_holds_its_remark_as_UTF_8()
    {
        var encoder = new CommandEncoder { Language = LanguageCode.DotNet, Version = 373 };
        encoder.Start(SerializeType.RocketMq, 1, 2, CommandFlags.Response, "订单");
        var header = Frames.ReadHeader(Frames.Write(encoder), out _);
        Assert.Equal((LanguageCode.DotNet, 373), (header.Language, header.Version));
        Assert.Equal("订单"u8.ToArray(), header.RemarkUtf8.ToArray());
        Assert.Equal("订单", Encoding.UTF8.GetString(header.RemarkUtf8));
    }
}
