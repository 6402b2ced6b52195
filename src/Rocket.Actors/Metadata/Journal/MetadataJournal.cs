using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// Journal of one broker's metadata, over the broker's metadata log. Persistence ids are <see cref="MetadataPersistenceId"/>s: their epoch
/// must be the one that the log is open in (<see cref="MetadataLogs"/>), or everything fails. Keeps no state. Reads and writes on its own
/// thread: its <c>plugin-dispatcher</c> must be one that may block.
/// <code>
/// rocket.journal.broker-a {
///   class = "Rocket.Actors.Metadata.Journal.MetadataJournal, Rocket.Actors"
///   broker = broker-a
///   plugin-dispatcher = …
/// }
/// </code>
/// </summary>
public sealed class MetadataJournal : AsyncWriteJournal
{
    private readonly string _broker;
    private readonly MetadataLogs _logs = MetadataLogs.Get(Context.System);
    private readonly PayloadSerializer _serializer = new(Context.System);

    /// <param name="config">The plugin's section; its key <c>broker</c> names the broker.</param>
    public MetadataJournal(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _broker = config.GetString("broker") ?? throw new ConfigurationException("A metadata journal needs the key 'broker'.");
    }

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        var id = MetadataPersistenceId.Parse(persistenceId);
        _logs.Find(_broker, id.Epoch).Replay(id.Name, fromSequenceNr, toSequenceNr, max, (stored, writerGuid, storedAt) =>
            recoveryCallback(new Persistent(
                _serializer.FromStored(stored.Payload),
                stored.SequenceNr,
                persistenceId,
                stored.AdapterManifest,
                isDeleted: false,
                ActorRefs.NoSender,
                writerGuid,
                DateTimeOffset.FromUnixTimeMilliseconds(storedAt).UtcTicks)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        var id = MetadataPersistenceId.Parse(persistenceId);
        return Task.FromResult(_logs.Find(_broker, id.Epoch).HighestSequenceNr(id.Name));
    }

    /// <inheritdoc/>
    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rejections = ImmutableList.CreateBuilder<Exception?>();
        List<MetadataRecord> records = [];
        Epoch? epoch = null;
        foreach (var message in messages)
        {
            var id = MetadataPersistenceId.Parse(message.PersistenceId);
            if (epoch is { } other && other != id.Epoch)
            {
                throw new ArgumentException($"Events of epochs {other} and {id.Epoch} can't be written together.");
            }

            epoch = id.Epoch;
            rejections.Add(TryRecord(_logs.Find(_broker, id.Epoch), id.Name, message, records));
        }

        if (records.Count > 0)
        {
            await _logs.Find(_broker, epoch!.Value).Append(records).ConfigureAwait(false);
        }

        return rejections.ToImmutable();
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = MetadataPersistenceId.Parse(persistenceId);
        _logs.Find(_broker, id.Epoch).DeleteEvents(id.Name, toSequenceNr);
        return Task.CompletedTask;
    }

    /// <summary>Adds an atomic write's record, or says why it can't be stored: Akka rejects that write and goes on with the others.</summary>
    private Exception? TryRecord(MetadataLog log, string name, AtomicWrite message, List<MetadataRecord> records)
    {
        var representations = (IImmutableList<IPersistentRepresentation>)message.Payload;
        var events = new StoredEvent[representations.Count];
        try
        {
            for (var index = 0; index < events.Length; index++)
            {
                var representation = representations[index];
                events[index] = new StoredEvent(representation.SequenceNr, representation.Manifest ?? "", _serializer.ToStored(representation.Payload));
            }

            var record = new EventsRecord(name, representations[0].WriterGuid ?? "", events);
            if (!log.Fits(record))
            {
                throw new ArgumentException($"{record.Size} bytes are more than a record of the metadata log may have.");
            }

            records.Add(record);
            return null;
        }
        catch (Exception notStorable)
        {
            return notStorable;
        }
    }
}
