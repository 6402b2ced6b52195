namespace Rocket.Actors.Metadata.Journal;

/// <summary>Reads the events of one atomic write.</summary>
internal static class StoredEvents
{
    /// <exception cref="FormatException">The record is not what an <see cref="EventsRecord"/> writes.</exception>
    public static StoredEvent[] Read(MetadataRecordView view, out string writerGuid)
    {
        var body = view.Body;
        _ = body.ReadInt64();
        writerGuid = body.ReadString();
        var count = body.ReadInt32();
        if (count < 0 || count > body.Left.Length)
        {
            throw new FormatException($"A metadata record says that it holds {count} events.");
        }

        var events = new StoredEvent[count];
        for (var index = 0; index < count; index++)
        {
            var sequenceNr = body.ReadInt64();
            var serializerId = body.ReadInt32();
            var manifest = body.ReadString();
            var adapterManifest = body.ReadString();
            events[index] = new StoredEvent(sequenceNr, adapterManifest, new StoredPayload(serializerId, manifest, body.ReadBytes(body.ReadInt32()).ToArray()));
        }

        return events;
    }
}
