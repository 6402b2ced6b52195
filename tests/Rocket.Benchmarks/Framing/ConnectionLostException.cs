namespace Rocket.Benchmarks.Framing;

/// <summary>The peer closed or reset the connection.</summary>
internal sealed class ConnectionLostException(string message, Exception? inner = null) : Exception(message, inner);
