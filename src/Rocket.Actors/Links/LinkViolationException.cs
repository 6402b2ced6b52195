namespace Rocket.Actors.Links;

/// <summary>The other node sent what is not the protocol; the connection is closed. The message is one line for a person.</summary>
public sealed class LinkViolationException(string message, Exception? cause = null) : Exception(message, cause);
