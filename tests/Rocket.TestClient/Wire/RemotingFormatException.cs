namespace Rocket.TestClient.Wire;

/// <summary>The peer sent bytes that the protocol does not allow. This client is strict on purpose: it is what tests judge a server by.</summary>
public sealed class RemotingFormatException : Exception
{
    public RemotingFormatException(string message)
        : base(message)
    {
    }

    public RemotingFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
