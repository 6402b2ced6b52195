namespace Rocket.Host.Offline;

/// <summary>What <c>verify --help</c> and <c>dump --help</c> print.</summary>
internal static class OfflineHelp
{
    public const string Verify = """
        dotnet Rocket.Host.dll verify DATA-DIR [--json]

        Reads everything in the data folder of a stopped node, or in a copy of one, and says what is wrong and what to do.
        Changes nothing. Checks every record, index, key and checkpoint, the metadata and the placement, and whether they fit each other.

          --json              one JSON document instead of lines

        One line a finding: severity, path, what is wrong, what to do. The last line counts.
          damage              something is lost or unreadable, or a start refuses it
          warning             nothing is lost, but a person should know
          note                what a crash leaves; the next start puts it right by itself

        Exit codes: 0 no damage, 1 damage, or the folder cannot be read or is in use, 2 wrong command line.
        """;

    public const string Dump = """
        dotnet Rocket.Host.dll dump FILE [--from OFFSET] [--count N] [--json] [--bodies]

        Shows what is in one file of a data folder: a segment (.log), its .index or .keys, a checkpoint, a file of placement, format.
        Says what kind of file it is, and where it cannot be read. Changes nothing.

          --from OFFSET       begins at this offset; in .keys, at the entry of this number
          --count N           shows N records or entries at most
          --bodies            shows bodies of messages too, as text or in hex, and snapshots of metadata
          --json              one JSON object a line

        Exit codes: 0 all of it could be read, 1 not all of it, or the file cannot be opened, 2 wrong command line.
        """;
}
