using Rocket.Actors.Storage;

namespace Rocket.Actors.Inspection;

/// <summary>Shows the head of a segment, its index or its keys.</summary>
/// <param name="Lines">What there is to say.</param>
/// <param name="Header">The head; null when it cannot be read.</param>
/// <param name="IsNewer">A newer version wrote the file: what follows the head would be guesses.</param>
internal sealed record HeadDump(IReadOnlyList<DumpLine> Lines, SegmentHeader? Header, bool IsNewer = false)
{
    public static HeadDump Read(LogFolder folder, string name, IStorageFile file, SegmentFileKind kind)
    {
        var line = new DumpLine(DumpLine.File).With("kind", NameOf(kind)).With("bytes", file.Length);
        try
        {
            return SegmentHeader.Read(file, folder.PathOf(name), kind, out var header) switch
            {
                HeaderState.Valid => new HeadDump([Describe(line, header, folder)], header),
                HeaderState.Unwritten => new HeadDump([line, DumpLine.UnreadableAt(0, "the head is missing: the file is too short, or all zero there")], null),
                _ => new HeadDump([line, DumpLine.UnreadableAt(0, "the head is damaged")], null),
            };
        }
        catch (NewerFormatException newer)
        {
            return new HeadDump([line.With("formatVersion", newer.Version), DumpLine.UnreadableAt(0, newer.Message)], null, IsNewer: true);
        }
    }

    private static string NameOf(SegmentFileKind kind) => kind switch
    {
        SegmentFileKind.Log => "segment of a log",
        SegmentFileKind.Index => "index of a segment",
        _ => "keys of a segment",
    };

    private static DumpLine Describe(DumpLine line, SegmentHeader header, LogFolder folder)
    {
        line.With("formatVersion", SegmentHeader.CurrentVersion)
            .With("log", CompanionDump.LogOf(folder, header.Identity))
            .With("firstPosition", header.Base.Position)
            .With("firstOffset", header.Base.Offset);
        return header.Kind switch
        {
            SegmentFileKind.Log => line.With("firstOfLog", header.IsFirstOfLog),
            SegmentFileKind.Keys => line.With("sorted", header.IsSealed).With("entries", header.IsSealed ? header.SealedEntries : null),
            _ => line,
        };
    }
}
