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

/// <summary>A request that a handler keeps over an await. Its views are as valid as the request's: until the task that the handler returned is complete.</summary>
internal readonly struct GivenRequest(in GatewayRequest request)
{
    private readonly CommandHeader _header = request.Header;
    private readonly ReadOnlySequence<byte> _body = request.Body;
    private readonly Frame _frame = request.Frame;
    private readonly int _charge = request.Charge;

    public GatewayConnection Connection { get; } = request.Connection;

    public GatewayRequest Again() => new(Connection, _header, _body, _charge) { Frame = _frame };
}
