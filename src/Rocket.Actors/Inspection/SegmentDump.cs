using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Inspection;

/// <summary>Shows the records of a segment: messages of a queue, or a broker's metadata.</summary>
internal sealed class SegmentDump(IStorageDirectory folder, string name, DumpOptions options)
{
    private readonly LogFolder _folder = CompanionDump.LogFolderOf(folder);

    /// <summary>The head, then every record; one that is damaged is passed over when its own length leads to a good one.</summary>
    public IEnumerable<DumpLine> Read()
    {
        using var file = folder.Open(name, StorageFileMode.OpenExisting);
        var head = HeadDump.Read(_folder, name, file, SegmentFileKind.Log);
        foreach (var line in head.Lines)
        {
            yield return line;
        }

        // Without a head the name still says where the segment begins; offsets are then counted from 0.
        if (head.IsNewer || (!StorageNames.TryParseSegment(name, StorageNames.LogSuffix, out var named) && head.Header is null))
        {
            yield break;
        }

        var first = head.Header?.Base ?? new LogPoint(named, 0);
        using var segment = new LogSegment(_folder, first, file, isFirstOfLog: false);
        foreach (var line in ReadRecords(segment, first))
        {
            yield return line;
        }
    }

    private IEnumerable<DumpLine> ReadRecords(LogSegment segment, LogPoint at)
    {
        var end = SegmentRecovery.FileEnd(segment);
        var left = options.Count;
        while (at.Position < end && left > 0)
        {
            string? reason = null;
            using (var cursor = new RecordCursor(segment, at.Position, end))
            {
                while (left > 0 && reason is null)
                {
                    var found = cursor.MoveNext();
                    if (found == RecordFound.End)
                    {
                        yield break;
                    }

                    if (found == RecordFound.Broken)
                    {
                        reason = cursor.Reason;
                        continue;
                    }

                    if (at.Offset >= options.From)
                    {
                        left--;
                        foreach (var line in Lines(cursor, at))
                        {
                            yield return line;
                        }
                    }

                    at = new LogPoint(cursor.NextPosition, at.Offset + 1);
                }
            }

            if (reason is null)
            {
                yield break;
            }

            var next = Behind(segment, at, end);
            yield return DumpLine.UnreadableAt(at.Position, next is null ? $"{reason}; where a next record would begin cannot be told" : reason).With("offset", at.Offset);
            if (next is null)
            {
                yield break;
            }

            at = next.Value;
        }
    }

    private IEnumerable<DumpLine> Lines(RecordCursor cursor, LogPoint at)
    {
        var line = new DumpLine(DumpLine.Record)
            .With("offset", at.Offset)
            .With("position", at.Position)
            .With("epoch", new Epoch(cursor.Epoch).ToString())
            .With("size", cursor.Payload.Length)
            .With("crc", "ok");
        if (MessageView.TryRead(cursor.Payload.Span, out var message) && message.TotalSize == cursor.Payload.Length)
        {
            return [MessageDump.Describe(line, message, options.Bodies)];
        }

        return MetadataDump.TryDescribe(line, cursor.Payload.Span, options.Bodies, out var lines)
            ? lines
            : [line.With("holds", "neither a message nor metadata that this version knows")];
    }

    private static LogPoint? Behind(LogSegment segment, LogPoint at, long end)
    {
        Span<byte> header = stackalloc byte[RecordLayout.HeaderSize];
        if (segment.Log.Read(header, segment.LogPlace(at.Position)) < header.Length || RecordLayout.LengthOf(header) <= 0)
        {
            return null;
        }

        var next = new LogPoint(at.Position + header.Length + RecordLayout.LengthOf(header), at.Offset + 1);
        using var cursor = new RecordCursor(segment, next.Position, end);
        return next.Position < end && cursor.MoveNext() == RecordFound.Record ? next : null;
    }
}
