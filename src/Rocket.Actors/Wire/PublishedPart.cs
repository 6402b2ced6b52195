using Akka.DistributedData;

namespace Rocket.Actors.Wire;

/// <summary>
/// A state-based CRDT with one writer: the state with the higher (epoch, version) replaces the other as a whole. What the payload means is
/// its publisher's business, so one type carries routes and client lists alike, and a node passes on what it cannot read yet.
/// </summary>
/// <remarks>
/// The epoch names the writer (a broker's epoch, a node's incarnation) and the version counts its states; no clock takes part. Two states
/// of equal (epoch, version) come only from a writer that started again within an epoch; the payload bytes then decide, so that all nodes
/// keep the same one until the writer has seen it and written a higher version.
/// </remarks>
public sealed class PublishedPart(long epoch, long version, ReadOnlyMemory<byte> payload) : IReplicatedData<PublishedPart>, IControlMessage
{
    public long Epoch { get; } = epoch;

    public long Version { get; } = version;

    /// <summary>Travels and is compared as it is; never changed after construction.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>The newer of both.</summary>
    public PublishedPart Merge(PublishedPart other) => CompareTo(other) >= 0 ? this : other;

    /// <inheritdoc/>
    public IReplicatedData Merge(IReplicatedData other) => Merge((PublishedPart)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PublishedPart other && CompareTo(other) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, Version, Payload.Length);

    /// <inheritdoc/>
    public override string ToString() => $"PublishedPart({Epoch}, {Version}, {Payload.Length} bytes)";

    private int CompareTo(PublishedPart other)
    {
        if (Epoch != other.Epoch)
        {
            return Epoch.CompareTo(other.Epoch);
        }

        return Version != other.Version ? Version.CompareTo(other.Version) : Payload.Span.SequenceCompareTo(other.Payload.Span);
    }
}
