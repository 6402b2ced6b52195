namespace Rocket.TestClient.Connections;

public enum ConnectionEndKind
{
    /// <summary>The peer sent FIN.</summary>
    ClosedByPeer,

    /// <summary>The peer sent RST, or the network failed.</summary>
    Reset,

    /// <summary>This side closed it.</summary>
    ClosedHere,

    /// <summary>The peer sent bytes that are no frame, or half a frame before its FIN.</summary>
    BrokenFrame,
}

/// <summary>How a connection ended.</summary>
/// <param name="Kind">Who ended it.</param>
/// <param name="Error">What was thrown, when something was.</param>
public sealed record ConnectionEnd(ConnectionEndKind Kind, Exception? Error);
