using Rocket.Actors.Metadata.Journal;

namespace Rocket.Actors.Metadata;

/// <summary>
/// When the next snapshot of a broker's metadata is due, at most one at a time: after 5 000 events, so that a recovery replays little; but not before as
/// many bytes of events as the last snapshot has, since a large one for a few small events would write more than the events do; and by bytes alone once
/// there are twice as many, so that large events cannot make the log grow.
/// </summary>
internal sealed class SnapshotSchedule(MetadataLog log)
{
    private const int Events = 5_000;

    /// <summary>A segment of the metadata log: less would free nothing.</summary>
    private const long Bytes = 8 << 20;

    private long _events;
    private long _from = log.SnapshotEnd;
    private bool _isUnderWay;

    public bool IsDue
    {
        get
        {
            if (_isUnderWay)
            {
                return false;
            }

            var bytes = log.End - _from - (log.SnapshotEnd > _from ? log.SnapshotBytes : 0);
            return bytes >= Math.Max(Bytes, 2 * log.SnapshotBytes) || (_events >= Events && bytes >= log.SnapshotBytes);
        }
    }

    /// <summary>One more event lies behind the last snapshot.</summary>
    public void Happened() => _events++;

    /// <summary>A snapshot is being saved; what happens from now on is not in it.</summary>
    public void Begun()
    {
        _isUnderWay = true;
        _events = 0;
        _from = log.End;
    }

    /// <summary>It was saved, or it failed: then the next one is due when as much has happened again.</summary>
    public void Ended() => _isUnderWay = false;
}
