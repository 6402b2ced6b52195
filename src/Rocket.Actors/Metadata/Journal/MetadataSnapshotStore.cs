using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// Snapshots of one broker's metadata, as records of the broker's metadata log between its events. Persistence ids, epochs and threads as
/// for <see cref="MetadataJournal"/>. Once older snapshots and the events below a snapshot are deleted, the log's old segments go.
/// <code>
/// rocket.snapshot-store.broker-a {
///   class = "Rocket.Actors.Metadata.Journal.MetadataSnapshotStore, Rocket.Actors"
///   broker = broker-a
///   plugin-dispatcher = …
/// }
/// </code>
/// </summary>
public sealed class MetadataSnapshotStore : SnapshotStore
{
    private readonly string _broker;
    private readonly MetadataLogs _logs = MetadataLogs.Get(Context.System);
    private readonly PayloadSerializer _serializer = new(Context.System);

    /// <param name="config">The plugin's section; its key <c>broker</c> names the broker.</param>
    public MetadataSnapshotStore(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _broker = config.GetString("broker") ?? throw new ConfigurationException("A metadata snapshot store needs the key 'broker'.");
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = MetadataPersistenceId.Parse(persistenceId);
        if (!_logs.Find(_broker, id.Epoch).TryLoadSnapshot(id.Name, SnapshotBounds.Of(criteria), out var snapshot, out var payload))
        {
            return Task.FromResult<SelectedSnapshot?>(null);
        }

        var metadata = new SnapshotMetadata(persistenceId, snapshot.SequenceNr, new DateTime(snapshot.MadeAt, DateTimeKind.Utc));
        return Task.FromResult<SelectedSnapshot?>(new SelectedSnapshot(metadata, _serializer.FromStored(payload)));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = MetadataPersistenceId.Parse(metadata.PersistenceId);
        var log = _logs.Find(_broker, id.Epoch);
        var record = new SnapshotRecord(id.Name, metadata.SequenceNr, metadata.Timestamp.Ticks, _serializer.ToStored(snapshot));
        if (!log.Fits(record))
        {
            throw new ArgumentException($"A snapshot of {record.Size} bytes is more than a record of the metadata log may have.");
        }

        return log.Append([record]);
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) =>
        Delete(metadata.PersistenceId, SnapshotBounds.Of(metadata), cancellationToken);

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Delete(persistenceId, SnapshotBounds.Of(criteria), cancellationToken);

    private Task Delete(string persistenceId, SnapshotBounds bounds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = MetadataPersistenceId.Parse(persistenceId);
        _logs.Find(_broker, id.Epoch).DeleteSnapshots(id.Name, bounds);
        return Task.CompletedTask;
    }
}
