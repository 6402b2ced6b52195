using System.Buffers;
using System.Net;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Protocol.Framing;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

public sealed class ForwardLayoutTests
{
    private static readonly byte[] ClientFrame = Convert.FromHexString("000000250100002100690001990000000700000000000000000000000c0005746f7069630000000154");

    [Fact]
    public void The_bytes_of_a_request_are_these() => Assert.Equal(
        "01" + "0000000000000007" + "01" + "62" + "04" + "7F000001" + "1234" + Convert.ToHexString(ClientFrame),
        Convert.ToHexString(Request("b", new IPEndPoint(IPAddress.Loopback, 0x1234))));

    [Theory]
    [InlineData("broker-a", "10.1.2.3:65535")]
    [InlineData("x", "[2001:db8::1]:1")]
    public void A_request_is_read_back(string broker, string client)
    {
        var payload = new ReadOnlySequence<byte>(Request(broker, IPEndPoint.Parse(client)));
        Assert.Equal((ForwardStep.Frame, 7L), ForwardLayout.ReadHead(payload, out var body));
        Assert.Equal((broker, IPEndPoint.Parse(client)), ForwardLayout.ReadOrigin(ref body));
        Assert.Equal(ClientFrame, body.ToArray());
    }

    [Fact]
    public void The_other_steps_are_these()
    {
        Assert.Equal("02" + "FFFFFFFFFFFFFFFE" + "00000100", Hex(ForwardLayout.Taken(LinkKind.ForwardedReply, -2, 256)));
        Assert.Equal("03" + "0000000000000001", Hex(ForwardLayout.End(LinkKind.ForwardedRequest, 1)));
        Assert.Equal("01" + "0000000000000001" + "ABCD", Hex(ForwardLayout.Reply(1, new ReadOnlySequence<byte>([0xAB, 0xCD]))));
    }

    [Fact]
    public void A_request_that_is_cut_before_the_clients_frame_is_a_violation()
    {
        var request = Request("broker-a", new IPEndPoint(IPAddress.Loopback, 1));
        for (var length = 0; length < request.Length - ClientFrame.Length; length++)
        {
            Assert.Throws<LinkViolationException>(() =>
            {
                var payload = new ReadOnlySequence<byte>(request, 0, length);
                ForwardLayout.ReadHead(payload, out var body);
                ForwardLayout.ReadOrigin(ref body);
            });
        }
    }

    [Fact]
    public void A_number_that_makes_no_sense_is_a_violation()
    {
        Assert.Throws<LinkViolationException>(() => ForwardLayout.ReadTaken(new ReadOnlySequence<byte>([0x80, 0, 0, 0])));
        Assert.Throws<LinkViolationException>(() => ForwardLayout.ReadTaken(new ReadOnlySequence<byte>([0, 0, 0])));
    }

    private static byte[] Request(string broker, IPEndPoint client)
    {
        var bytes = new ReadOnlySequence<byte>(ClientFrame);
        Assert.True(FrameReader.TryRead(ref bytes, FrameLimits.Default, out var frame));
        return Payload(ForwardLayout.Request(7, ForwardLayout.OriginOf(broker, client), frame));
    }

    private static string Hex(LinkFrame frame) => Convert.ToHexString(Payload(frame));

    private static byte[] Payload(LinkFrame frame)
    {
        byte[] payload = [.. frame.Bytes[LinkFrameLayout.HeadBytes..]];
        frame.Release();
        return payload;
    }
}
