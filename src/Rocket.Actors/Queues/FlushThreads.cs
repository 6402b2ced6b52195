using System.Collections.Concurrent;

namespace Rocket.Actors.Queues;

/// <summary>
/// The threads on which logs are flushed, and old segments deleted; and two more on which records are read for copies that are behind, so that flushes do not wait for them.
/// An fsync blocks for 0.2–20 ms: on an actor's thread it would hold up every queue that shares the dispatcher, on the thread pool it would starve the gateway.
/// </summary>
public sealed class FlushThreads : IDisposable
{
    private const int CatchUpThreads = 2;

    private readonly Pool _flushes;
    private readonly Pool _catchUps;

    /// <param name="count">Threads that flush.</param>
    public FlushThreads(int count)
    {
        _flushes = new Pool("rocket-flush", count);
        _catchUps = new Pool("rocket-catch-up", CatchUpThreads);
    }

    /// <summary>Runs a job on a log soon. It catches what it throws.</summary>
    internal void Start(IStorageJob job) => _flushes.Start(job);

    /// <summary>Reads for a copy that is behind. It catches what it throws.</summary>
    internal void StartCatchUp(IStorageJob job) => _catchUps.Start(job);

    /// <summary>Finishes what was started and ends the threads.</summary>
    public void Dispose()
    {
        _flushes.Dispose();
        _catchUps.Dispose();
    }

    private sealed class Pool : IDisposable
    {
        private readonly BlockingCollection<IStorageJob> _jobs = [];
        private readonly Thread[] _threads;

        public Pool(string name, int count)
        {
            _threads = new Thread[count];
            for (var i = 0; i < count; i++)
            {
                _threads[i] = new Thread(Run) { IsBackground = true, Name = $"{name}-{i}" };
                _threads[i].Start();
            }
        }

        public void Start(IStorageJob job) => _jobs.Add(job);

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
}

/// <summary>What one of the <see cref="FlushThreads"/> does. Whatever goes wrong is told to whoever started it, never thrown.</summary>
internal interface IStorageJob
{
    void Run();
}
