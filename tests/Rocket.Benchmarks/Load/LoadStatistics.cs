using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Load;

/// <summary>What one connection counted in the measured phase. Written by its loop alone, added up when all loops have ended.</summary>
internal sealed class LoadStatistics
{
    /// <summary>Messages answered as stored; with oneway sent; consumed.</summary>
    public long Messages { get; set; }

    /// <summary>Requests that were answered, whatever the answer was; with oneway sent.</summary>
    public long Requests { get; set; }

    /// <summary>Requests whose answer never came: the connection was lost, or the run ended.</summary>
    public long Unanswered { get; set; }

    /// <summary>Answers that belong to no request.</summary>
    public long Strays { get; set; }

    public long Reconnects { get; set; }

    /// <summary>Places where the queue offsets of consumed messages did not follow each other.</summary>
    public long Gaps { get; set; }

    /// <summary>From just before the write to just after the read that brought the answer.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>From just before the producer's write to the consumer's read, where one process does both.</summary>
    public LatencyHistogram EndToEnd { get; } = new();

    public AnswerCounts Answers { get; } = new();

    public void Add(LoadStatistics other)
    {
        Messages += other.Messages;
        Requests += other.Requests;
        Unanswered += other.Unanswered;
        Strays += other.Strays;
        Reconnects += other.Reconnects;
        Gaps += other.Gaps;
        Latency.Add(other.Latency);
        EndToEnd.Add(other.EndToEnd);
        Answers.Add(other.Answers);
    }
}
