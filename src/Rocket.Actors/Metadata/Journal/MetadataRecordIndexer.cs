using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// Describes metadata records to recovery: they have a time, but neither tag nor keys. A record of a newer format counts as ours, so that
/// recovery cuts nothing off; <see cref="MetadataLogs.Open"/> then refuses the log.
/// </summary>
public sealed class MetadataRecordIndexer : IRecordIndexer
{
    /// <inheritdoc/>
    public bool TryDescribe(ReadOnlySpan<byte> payload, long expectedOffset, ref RecordDescription description)
    {
        if (payload.Length < MetadataRecordLayout.PersistenceIdAt || MetadataRecordView.FormatOf(payload) == 0)
        {
            return false;
        }

        description.StoreTimestamp = MetadataRecordView.StoredAtOf(payload);
        return description.StoreTimestamp >= 0;
    }
}
