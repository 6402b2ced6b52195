namespace Rocket.TestClient.Messages;

/// <summary>Bits of a message's sysFlag.</summary>
public static class SystemFlag
{
    public const int Compressed = 0x1;
    public const int MultiTags = 0x2;
    public const int TransactionMask = 0xC;
    public const int TransactionPrepared = 0x4;
    public const int TransactionCommit = 0x8;
    public const int TransactionRollback = 0xC;
    public const int BornHostV6 = 0x10;
    public const int StoreHostV6 = 0x20;
    public const int CompressionMask = 0x700;
    public const int CompressionLz4 = 0x100;
    public const int CompressionZstd = 0x200;
    public const int CompressionZlib = 0x300;
}

/// <summary>Bits of a pull request's sysFlag.</summary>
public static class PullFlag
{
    public const int CommitOffset = 1;
    public const int Suspend = 2;
    public const int Subscription = 4;
    public const int ClassFilter = 8;
    public const int LitePull = 16;
}
