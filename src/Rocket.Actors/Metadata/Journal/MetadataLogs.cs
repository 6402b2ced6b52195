using Akka.Actor;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// The metadata logs that are open on this node, by broker and epoch: how the persistence plugins, which Akka makes and which keep no state,
/// find theirs. A broker has one open log at most, and its epochs only rise.
/// </summary>
public sealed class MetadataLogs : IExtension
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MetadataLog> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Epoch> _highest = new(StringComparer.Ordinal);

    /// <summary>The registry of an actor system.</summary>
    public static MetadataLogs Get(ActorSystem system) => system.WithExtension<MetadataLogs, MetadataLogsProvider>();

    /// <summary>
    /// Opens a broker's metadata for an epoch: reads the log once, then lets the plugins at it. An older epoch's log is closed first. Whoever
    /// opened the record log also flushes it in time (unless it is flushed with each write) and disposes of it after <see cref="Close"/>. Blocks
    /// for as long as reading takes: not on Akka's default dispatcher.
    /// </summary>
    /// <param name="broker">The broker, as the plugins' configuration names it.</param>
    /// <param name="epoch">The epoch that was agreed for this node.</param>
    /// <param name="copies">The broker's metadata log, opened with a <see cref="MetadataRecordIndexer"/>, and its copies, opened too; nobody else appends to it.</param>
    /// <param name="time">Gives the time that records are stored at.</param>
    /// <exception cref="InvalidOperationException">The broker was open here in this epoch or a later one, or its log holds later ones.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote a record.</exception>
    /// <exception cref="DamagedRecordException">A record is not what was written, or makes no sense where it is.</exception>
    public MetadataLog Open(string broker, Epoch epoch, MetadataCopies copies, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(copies);
        var log = copies.Log;
        lock (_gate)
        {
            if (_highest.TryGetValue(broker, out var last) && (epoch < last || (epoch == last && _open.ContainsKey(broker))))
            {
                throw new InvalidOperationException($"The metadata of {broker} can't be opened in epoch {epoch}: it was in epoch {last} already.");
            }

            if (epoch.Value < log.LastEpoch)
            {
                throw new InvalidOperationException($"The metadata of {broker} can't be opened in epoch {epoch}: its log holds epoch {new Epoch(log.LastEpoch)}.");
            }

            if (_open.Remove(broker, out var older))
            {
                older.Fence();
            }

            _highest[broker] = epoch;
        }

        // The other brokers' plugins look theirs up meanwhile.
        var opened = new MetadataLog(broker, epoch, copies, time);
        lock (_gate)
        {
            if (_highest[broker] != epoch || !_open.TryAdd(broker, opened))
            {
                throw new InvalidOperationException($"The metadata of {broker} was opened in epoch {_highest[broker]} while epoch {epoch} was being read.");
            }
        }

        return opened;
    }

    /// <summary>Ends writing and reading in an epoch; no write gets into the log once this has returned. Nothing happens when it is not open.</summary>
    public void Close(string broker, Epoch epoch)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(broker, out var log) || log.Epoch != epoch)
            {
                return;
            }

            _open.Remove(broker);
            log.Fence();
        }
    }

    /// <summary>The open log.</summary>
    /// <exception cref="MetadataLogNotOpenException">There is none of this epoch.</exception>
    public MetadataLog Find(string broker, Epoch epoch)
    {
        lock (_gate)
        {
            var isOpen = _open.TryGetValue(broker, out var log);
            return isOpen && log!.Epoch == epoch ? log : throw new MetadataLogNotOpenException(broker, epoch, log?.Epoch);
        }
    }
}

/// <summary>Makes the one <see cref="MetadataLogs"/> of an actor system.</summary>
public sealed class MetadataLogsProvider : ExtensionIdProvider<MetadataLogs>
{
    /// <inheritdoc/>
    public override MetadataLogs CreateExtension(ExtendedActorSystem system) => new();
}
