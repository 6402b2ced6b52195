namespace Rocket.Protocol.Messages;

/// <summary>Bits of a message's sysFlag.</summary>
public static class SystemFlags
{
    /// <summary>The client compressed the body; brokers never look into it.</summary>
    public const int Compressed = 0x1;

    public const int MultiTags = 0x2;

    /// <summary>Where the four transaction states are kept.</summary>
    public const int TransactionMask = 0xC;

    public const int TransactionNone = 0x0;
    public const int TransactionPrepared = 0x4;
    public const int TransactionCommit = 0x8;
    public const int TransactionRollback = 0xC;

    /// <summary>The bornHost of the record is an IPv6 address; set by the broker.</summary>
    public const int BornHostV6 = 0x10;

    /// <summary>The storeHost of the record is an IPv6 address; set by the broker.</summary>
    public const int StoreHostV6 = 0x20;

    public const int NeedsUnwrap = 0x40;
    public const int InnerBatch = 0x80;

    /// <summary>Where the kind of compression is kept.</summary>
    public const int CompressionMask = 0x700;

    /// <summary>zlib, as clients without a choice write it.</summary>
    public const int CompressionLegacy = 0x0;

    public const int CompressionLz4 = 0x100;
    public const int CompressionZstd = 0x200;
    public const int CompressionZlib = 0x300;

    /// <summary>The transaction state alone.</summary>
    public static int TransactionState(int sysFlag) => sysFlag & TransactionMask;

    /// <summary>The same flags with another transaction state.</summary>
    public static int WithTransactionState(int sysFlag, int state) => (sysFlag & ~TransactionMask) | (state & TransactionMask);
}
