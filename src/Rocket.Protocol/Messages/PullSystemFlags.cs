namespace Rocket.Protocol.Messages;

/// <summary>Bits of a pull request's sysFlag.</summary>
public static class PullSystemFlags
{
    /// <summary>The request's commitOffset is to be stored.</summary>
    public const int CommitOffset = 0x1;

    /// <summary>The request may be held until there is a message.</summary>
    public const int Suspend = 0x2;

    /// <summary>The subscription is in the request; else the heartbeat's counts.</summary>
    public const int Subscription = 0x4;

    public const int ClassFilter = 0x8;
    public const int LitePull = 0x10;
}
