using System.Collections.Concurrent;

namespace Rocket.Actors.Queues;

/// <summary>
/// The threads on which logs are flushed, and old segments deleted. An fsync blocks for 0.2–20 ms: on an actor's thread it would hold up every queue that shares the
/// dispatcher, on the thread pool it would starve the gateway.
/// </summary>
public sealed class FlushThreads : IDisposable
{
    private readonly BlockingCollection<LogJob> _jobs = [];
    private readonly Thread[] _threads;

    public FlushThreads(int count)
    {
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"rocket-flush-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs a job soon on one of the threads.</summary>
    internal void Start(LogJob job) => _jobs.Add(job);

    /// <summary>Finishes what was started and ends the threads.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _jobs.Dispose();
    }

    private void Run()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            job.Run();
        }
    }
}
