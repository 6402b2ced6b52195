using System.Net.Sockets;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Connections;

/// <summary>How one connection behaves.</summary>
public sealed record RemotingConnectionOptions
{
    /// <summary>Encoding of what this side sends; what arrives says its own.</summary>
    public SerializeType SerializeType { get; init; } = SerializeType.Json;

    /// <summary>Opens the socket, for a client in another network than this process; null: an ordinary one.</summary>
    public Func<Socket>? NewSocket { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a request waits for its answer unless the call says otherwise; above the 15 s of a long poll.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Opaque of the first request; the following ones count up and wrap to negative numbers.</summary>
    public int FirstOpaque { get; init; } = 1;

    /// <summary>
    /// Called on the receiving loop for each request of the server; returns the answer to send (its opaque and flag are filled in) or null for none.
    /// When not set, requests wait in <see cref="RemotingConnection.ServerRequests"/>.
    /// </summary>
    public Func<RemotingCommand, RemotingCommand?>? OnServerRequest { get; init; }
}
