namespace Rocket.Actors.Cluster;

/// <summary>Names of the folders within <c>rocket.data-dir</c>.</summary>
public static class DataFolders
{
    /// <summary>This voter's acceptors.</summary>
    public const string Placement = "placement";

    /// <summary>A folder for each broker that this node holds a copy of.</summary>
    public const string Brokers = "brokers";

    /// <summary>Within a broker's folder: the log of its metadata.</summary>
    public const string Metadata = "metadata";

    /// <summary>Within a broker's folder: a folder for each queue that has messages.</summary>
    public const string Queues = "queues";

    /// <summary>What the log of a broker's metadata is called, hashed, in its files.</summary>
    public const string MetadataLog = "metadata";

    /// <summary>Within a broker's folder: the file with the highest epoch that this copy promised to follow.</summary>
    public const string Fence = "fence";

    /// <summary>Within a broker's folder: the file that tells whether the machine has ended while the copy was written.</summary>
    public const string Power = "power";

    /// <summary>Within a broker's folder: the file that names whom its master goes on without.</summary>
    public const string Degraded = "degraded";

    /// <summary>Within a broker's folder: a log of its own for each tail that was cut off since the master did not have it.</summary>
    public const string Diverged = "diverged";
}
