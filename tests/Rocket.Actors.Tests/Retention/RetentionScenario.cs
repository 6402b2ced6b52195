using Rocket.Actors.Queues;
using Rocket.Actors.Retention;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Retention;

/// <summary>Queues whose segments lie on a disk of a known size, and the passes over them. Each segment is 10 messages and, unless told otherwise, 10 bytes.</summary>
internal sealed class RetentionScenario
{
    public const int Messages = 10;

    /// <summary>At three in the morning nothing is deleted unless the disk is full.</summary>
    public static readonly DateTimeOffset Three = new(2030, 5, 6, 3, 30, 0, TimeSpan.FromHours(2));
    public static readonly DateTimeOffset Four = Three.AddHours(1);

    private readonly Dictionary<QueueId, List<SegmentInfo>> _queues = [];
    private readonly Dictionary<QueueId, long> _consumed = [];

    public RetentionSettings Settings { get; set; } = RetentionSettings.Default;

    /// <summary>Bytes of the disk; null: it cannot be full.</summary>
    public long? DiskBytes { get; set; }

    /// <summary>Used bytes that are no segment's.</summary>
    public long OtherBytes { get; set; }

    public bool AskedForOffsets { get; private set; }

    public RetentionStep Last { get; private set; } = new RetentionStep.Done();

    public DiskUse? Use => DiskBytes is { } bytes ? new DiskUse(OtherBytes + Stored, bytes - OtherBytes - Stored) : null;

    private long Stored => _queues.Values.SelectMany(segments => segments).Sum(segment => segment.Bytes);

    /// <summary>Adds a complete segment to a queue; its newest message has this age at four o'clock.</summary>
    public RetentionScenario Segment(string queue, double ageHours, long bytes = 10)
    {
        var segments = SegmentsOf(queue);
        var first = segments.Count == 0 ? default : segments[^1].End;
        var newest = Four.AddHours(-ageHours).ToUnixTimeMilliseconds();
        segments.Add(new SegmentInfo(first, new LogPoint(first.Position + bytes, first.Offset + Messages), newest, IsSealed: true));
        return this;
    }

    /// <summary>All groups have consumed the first segments of a queue.</summary>
    public RetentionScenario Consumed(string queue, int segments, long more = 0)
    {
        _consumed[Id(queue)] = (segments * Messages) + more;
        return this;
    }

    /// <summary>One pass; what went, as queue and number of the segment, with the rule.</summary>
    public IReadOnlyList<string> Pass(DateTimeOffset now, Func<string, bool>? refuses = null, bool freesAtOnce = true)
    {
        List<string> gone = [];
        var use = Use;
        var pass = new RetentionPass(
            Settings, now, use, [.. _queues.Select(queue => new QueueSegments(queue.Key, [.. queue.Value]))]);
        while (true)
        {
            switch (Last = pass.Next(use))
            {
                case RetentionStep.Delete { Deletion: var deletion }:
                    var name = $"{deletion.Queue}/{deletion.Segment.First.Offset / Messages}";
                    if (refuses?.Invoke(name) == true)
                    {
                        pass.Kept();
                        break;
                    }

                    _queues[deletion.Queue].Remove(deletion.Segment);
                    gone.Add($"{name}: {deletion.Why}");
                    use = freesAtOnce ? Use : use;
                    pass.Dropped();
                    break;
                case RetentionStep.AskOffsets ask:
                    AskedForOffsets = true;
                    pass.Consumed(_consumed.Where(queue => ask.Topics.Contains(queue.Key.Topic)).ToDictionary());
                    break;
                default:
                    return gone;
            }
        }
    }

    /// <summary>One pass; what went, without the rule.</summary>
    public IReadOnlyList<string> Gone(DateTimeOffset now, Func<string, bool>? refuses = null, bool freesAtOnce = true) =>
        [.. Pass(now, refuses, freesAtOnce).Select(line => line.Split(':')[0])];

    private List<SegmentInfo> SegmentsOf(string queue)
    {
        if (!_queues.TryGetValue(Id(queue), out var segments))
        {
            _queues.Add(Id(queue), segments = []);
        }

        return segments;
    }

    private static QueueId Id(string queue) => new(queue, 0);
}
