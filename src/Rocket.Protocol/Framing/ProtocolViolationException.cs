namespace Rocket.Protocol.Framing;

/// <summary>
/// The peer sent bytes that are not the protocol, or more than it may. After it the connection's position is unknown: close it.
/// The message says what was wrong and, for a limit, which one; it never holds more than a few of the peer's bytes.
/// </summary>
public sealed class ProtocolViolationException(string message, Exception? innerException = null) : Exception(message, innerException);
