using System.Collections.Concurrent;
using Rocket.Actors.Replication;

namespace Rocket.Actors.Queues;

/// <summary>
/// The threads on which logs are flushed, and old segments deleted; and one more on which records are read for copies that are behind, so that flushes do not wait for it.
/// An fsync blocks for 0.2–20 ms: on an actor's thread it would hold up every queue that shares the dispatcher, on the thread pool it would starve the gateway.
/// </summary>
public sealed class FlushThreads : IDisposable
{

    private readonly Pool _flushes;
    private readonly Pool _catchUps;

    /// <param name="count">Threads that flush.</param>
    /// <param name="catchUpRate">Bytes a second that a copy which is behind gains on clients that write.</param>
    public FlushThreads(int count, long catchUpRate = CatchUpPace.UsualRate)
    {
        Pace = new CatchUpPace(catchUpRate);
        _flushes = new Pool("rocket-flush", count);
        _catchUps = new Pool("rocket-catch-up", 1);
    }

    /// <summary>Of the thread that reads for copies; used by nobody else.</summary>
    internal CatchUpPace Pace { get; }

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
        /// <summary>A thread cannot wait for less with any precision; who asks for it remembers.</summary>
        private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

        private readonly ManualResetEvent _ends = new(false);
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
            _ends.Set();
            foreach (var thread in _threads)
            {
                thread.Join();
            }

            _jobs.Dispose();
            _ends.Dispose();
        }

        private void Run()
        {
            foreach (var job in _jobs.GetConsumingEnumerable())
            {
                var rest = job.Run();
                if (rest >= ShortestRest)
                {
                    _ends.WaitOne(rest);
                }
            }
        }
    }
}

/// <summary>What one of the <see cref="FlushThreads"/> does. Whatever goes wrong is told to whoever started it, never thrown.</summary>
internal interface IStorageJob
{
    /// <returns>How long its thread is to rest before it does something else.</returns>
    TimeSpan Run();
}
