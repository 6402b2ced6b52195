using Rocket.Actors.Links;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication.Wire;

/// <summary>Reads what stands in every kind of replication frame, and refuses what no log could have said.</summary>
internal static class LogFields
{
    /// <summary>The number of a log in a session: not negative.</summary>
    public static int ReadLogNumber(this ref LinkFieldReader reader)
    {
        var log = reader.ReadInt32();
        return log >= 0 ? log : throw new LinkViolationException($"no log has the number {log}");
    }

    /// <summary>An offset or an epoch; −1: none.</summary>
    public static long ReadOffsetOrNone(this ref LinkFieldReader reader)
    {
        var value = reader.ReadInt64();
        return value >= -1 ? value : throw new LinkViolationException($"{value} is below −1");
    }

    /// <summary>A point of a log: int64 position, int64 offset.</summary>
    public static LogPoint ReadPoint(this ref LinkFieldReader reader)
    {
        var point = new LogPoint(reader.ReadInt64(), reader.ReadInt64());
        return point is { Position: >= 0, Offset: >= 0 } ? point : throw new LinkViolationException($"no log has a point {point}");
    }
}
