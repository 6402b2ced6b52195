namespace Rocket.Benchmarks.Journal;

/// <summary>
/// A journal is a row of records, each of a kind byte and its fields (little-endian; text as 7-bit length and UTF-8):
/// <code>
/// 'R'  run      int32 number | text topic
/// 'Q'  queue    int32 index | text broker name | int32 queue id         belongs to the run before it
/// 'S'  send     int32 producer | int32 queue index | int64 sequence | int64 queue offset | int64 physical offset
/// </code>
/// Only confirmed sends are noted. A record that is cut ends the journal: its writer was killed there.
/// </summary>
internal static class JournalFormat
{
    public const byte Run = (byte)'R';
    public const byte Queue = (byte)'Q';
    public const byte Send = (byte)'S';

    public const int SendBytes = 1 + 4 + 4 + 8 + 8 + 8;

    /// <summary>Bits of a producer number that count the connection; the run's number stands above them.</summary>
    public const int ConnectionBits = 16;
}
