namespace Rocket.Host.Commands.Terminal;

/// <summary>No node of Rocket answers at the address; the message is one line that says what to look at.</summary>
internal sealed class NodeUnreachableException(string line) : Exception(line);
