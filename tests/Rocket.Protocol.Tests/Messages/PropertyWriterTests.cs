using System.Text;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Messages;

public sealed class PropertyWriterTests
{
    [Fact]
    public void Pairs_come_in_their_order_between_separators()
    {
        Span<byte> text = stackalloc byte[100];
        var writer = new PropertyWriter(text);
        writer.AddAll("a\u00011\u0002b\u00012\u0002\u0002c\u0002d\u00014\u0002"u8, "b"u8);
        writer.Add("n"u8, -7);
        writer.Add("none"u8, ""u8);
        writer.Add(""u8, "none"u8);
        writer.Add("most"u8, long.MinValue);
        Assert.Equal("a\u00011\u0002d\u00014\u0002n\u0001-7\u0002most\u0001-9223372036854775808", Encoding.UTF8.GetString(text[..writer.Written]));
    }

    [Fact]
    public void It_goes_on_behind_what_is_there()
    {
        var text = new byte[20];
        "a\u00011"u8.CopyTo(text);
        var writer = new PropertyWriter(text, 3);
        writer.Add("b"u8, "2"u8);
        Assert.Equal("a\u00011\u0002b\u00012", Encoding.UTF8.GetString(text.AsSpan(0, writer.Written)));
        Assert.Equal(writer.Written - 3, PropertyWriter.LengthOf("b"u8, "2"u8));
    }
}
