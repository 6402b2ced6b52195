using System.Diagnostics.CodeAnalysis;
using System.Text;
using Rocket.Actors.Metadata.Journal;

namespace Rocket.Actors.Inspection;

/// <summary>Shows a record of a broker's metadata: events as the JSON that they are stored as.</summary>
internal static class MetadataDump
{
    public static bool TryDescribe(DumpLine line, ReadOnlySpan<byte> payload, bool withSnapshots, [NotNullWhen(true)] out IReadOnlyList<DumpLine>? lines)
    {
        lines = null;
        try
        {
            var view = MetadataRecordView.Read(payload);
            List<DumpLine> described =
            [
                line.With("holds", view.Kind switch
                    {
                        MetadataRecordKind.Events => "events",
                        MetadataRecordKind.EventsDeletion => "deletion of events up to sequenceNr",
                        MetadataRecordKind.Snapshot => "snapshot",
                        _ => "deletion of snapshots up to sequenceNr",
                    })
                    .With("broker", view.PersistenceId)
                    .With("sequenceNr", view.SequenceNr)
                    .WithTime("stored", view.StoredAt),
            ];
            switch (view.Kind)
            {
                case MetadataRecordKind.Events:
                    described.AddRange(view.ReadEvents(out _).Select(stored => Payload(
                        new DumpLine(DumpLine.Event).With("sequenceNr", stored.SequenceNr), stored.Payload, withJson: true)));
                    break;
                case MetadataRecordKind.Snapshot:
                    Payload(line, view.ReadSnapshot(out _), withSnapshots);
                    break;
            }

            lines = described;
            return true;
        }
        catch (FormatException)
        {
            // Another kind of record, or a newer one: the caller says so.
            return false;
        }
    }

    private static DumpLine Payload(DumpLine line, StoredPayload payload, bool withJson)
    {
        line.With("manifest", payload.Manifest).With("jsonSize", payload.Bytes.Length);
        return withJson ? line.With("json", Encoding.UTF8.GetString(payload.Bytes)) : line;
    }
}
