namespace Rocket.Actors.Links;

/// <summary>What the side of a handshake does next.</summary>
public abstract record HandshakeStep
{
    private HandshakeStep()
    {
    }

    /// <summary>Send this, and wait for the answer.</summary>
    public sealed record Send(LinkKind Kind, byte[] Payload) : HandshakeStep;

    /// <summary>The other side is one of us. Take it in; the accepting side then sends <paramref name="Welcome"/> as its first frame.</summary>
    public sealed record Agreed(LinkHello Hello, byte[]? Welcome) : HandshakeStep;

    /// <summary>It is not: tell it why, and close.</summary>
    public sealed record Refuse(string Reason) : HandshakeStep;

    /// <summary>It says that this node is not: close.</summary>
    public sealed record Refused(string Reason) : HandshakeStep;
}
