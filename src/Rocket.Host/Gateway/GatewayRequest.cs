using System.Buffers;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>
/// One request as a handler gets it. Header and body are views of the connection's buffers: they are valid until the task that the handler returned is
/// complete.
/// </summary>
internal readonly ref struct GatewayRequest(GatewayConnection connection, CommandHeader header, ReadOnlySequence<byte> body, int charge)
{
    public GatewayConnection Connection { get; } = connection;

    public CommandHeader Header { get; } = header;

    public ReadOnlySequence<byte> Body { get; } = body;

    /// <summary>The client's frame as it came, for a request that another node has to serve.</summary>
    public Frame Frame { get; init; }

    /// <summary>Bytes that this request counts in the connection's budget until it is answered.</summary>
    public int Charge { get; } = charge;

    public ReplyAddress Address => ReplyAddress.Of(Header);
}
