using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// Which logs of a broker are open on this node. A log has one writer: the queue that leads it, or the copy that follows; the second one to open it is refused until the first has
/// closed it. Any thread.
/// </summary>
/// <remarks>A log that is poisoned writes no more, so its owner may open it anew before it closes it.</remarks>
public sealed class LogLeases
{
    private readonly Lock _gate = new();
    private readonly List<Lease> _taken = [];
    private readonly HashSet<string> _unflushed = new(StringComparer.Ordinal);

    /// <summary>Whether no log is open.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Whether every log that was opened is closed, and was on the disk as a whole then.</summary>
    public bool IsEverythingFlushed
    {
        get
        {
            lock (_gate)
            {
                return _taken.Count == 0 && _unflushed.Count == 0;
            }
        }
    }

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _taken.Count;
            }
        }
    }

    /// <summary>Names of those that are open.</summary>
    public IReadOnlyList<string> Taken
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken.Select(lease => lease.Log)];
            }
        }
    }

    /// <summary>Keeps a log from being opened while its files are changed as a whole, until the lease is disposed.</summary>
    /// <exception cref="LogInUseException">It is open.</exception>
    public IDisposable Take(string log) => TakeLease(log);

    /// <summary>Opens a log that gives its lease back when it is disposed.</summary>
    /// <param name="log">Its name.</param>
    /// <param name="open">Opens it with this lease.</param>
    /// <exception cref="LogInUseException">It is open already.</exception>
    public RecordLog Open(string log, Func<IDisposable, RecordLog> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        var lease = TakeLease(log);
        try
        {
            var opened = open(lease);
            lease.Opened = opened;
            return opened;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private Lease TakeLease(string log)
    {
        lock (_gate)
        {
            if (_taken.Exists(lease => lease.Log == log && lease.Opened?.Poisoned is null))
            {
                throw new LogInUseException(log);
            }

            var taken = new Lease(this, log);
            _taken.Add(taken);
            return taken;
        }
    }

    private void Return(Lease lease)
    {
        lock (_gate)
        {
            _taken.Remove(lease);
            if (lease.Opened is not { } log)
            {
                return;
            }

            if (log.HasFailedFlush || log.Watermarks.FlushedPosition < log.Watermarks.AppendedPosition)
            {
                _unflushed.Add(lease.Log);
            }
            else
            {
                _unflushed.Remove(lease.Log);
            }
        }
    }

    private sealed class Lease(LogLeases leases, string log) : IDisposable
    {
        private volatile RecordLog? _opened;

        public string Log => log;

        public RecordLog? Opened
        {
            get => _opened;
            set => _opened = value;
        }

        public void Dispose() => leases.Return(this);
    }
}

/// <summary>Another owner has the log open. Trying again later may help: it closes it when it ends.</summary>
public sealed class LogInUseException(string log) : IOException($"The log {log} is open already, and a log has one owner at a time");
