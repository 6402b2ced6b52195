using System.Net;
using System.Text;
using CsCheck;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Messages;

public sealed class MessageIdTests
{
    [Fact]
    public void An_id_reads_as_it_was_written() => Gen.Select(Generators.Host, Gen.Int, Gen.Long).Sample((host, port, offset) =>
    {
        var id = MessageId.Format(host, port, offset);
        Assert.Equal(host.Length == 4 ? MessageId.V4Length : MessageId.V6Length, id.Length);
        Assert.Equal(id.ToUpperInvariant(), id);
        var expected = new StoredMessageAddress(new IPAddress(host), port, offset);
        Assert.True(MessageId.TryParse(id, out var read));
        Assert.Equal(expected, read);
        Assert.True(MessageId.TryParse(Encoding.ASCII.GetBytes(id.ToLowerInvariant()), out read));
        Assert.Equal(expected, read);
    });

    [Theory]
    [InlineData("")]
    [InlineData("7F00000100002A9F000000000000000")]
    [InlineData("7F00000100002A9F00000000000000000")]
    [InlineData("7F00000100002A9F000000000000000G")]
    [InlineData("7F00000100002A9F00000000000000é")]
    [InlineData("订单订单订单订单订单订单订单订单订单订单订单订单订单订单订单订单")]
    public void What_is_no_id_is_not_read(string text)
    {
        Assert.False(MessageId.TryParse(text, out _));
        Assert.False(MessageId.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void An_id_needs_an_address_and_room()
    {
        Assert.Throws<ArgumentException>(() => MessageId.Format(new byte[5], 1, 2));
        Assert.Throws<ArgumentException>(() => MessageId.Format(new byte[4], 1, 2, new byte[31]));
        Assert.Equal(32, MessageId.Format(new byte[4], 1, 2, new byte[40]));
    }
}
