using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// A follower's copy of one broker: its logs and its fence. It takes records only from the master of the highest epoch that it ever promised to follow, and the promise is on the disk before it
/// is answered: whoever fences it sees its logs stand still. One thread at a time.
/// </summary>
public sealed class BrokerCopy : IDisposable
{
    private readonly IBrokerLogs _logs;
    private readonly Dictionary<string, CopiedLog> _open = new(StringComparer.Ordinal);

    /// <exception cref="DamagedPlacementException">The fence file is damaged, or the folder is another broker's.</exception>
    public BrokerCopy(IBrokerLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        _logs = logs;
        Promised = FenceFile.Read(logs.Root, logs.Broker);
    }

    /// <summary>Records of an earlier epoch are refused, for ever.</summary>
    public Epoch Promised { get; private set; }

    /// <summary>The logs that are open.</summary>
    public IReadOnlyDictionary<string, CopiedLog> Open => _open;

    /// <summary>Promises to take records of this epoch and later ones alone. False: a later one was promised already.</summary>
    /// <exception cref="IOException">The disk refuses: nothing is promised.</exception>
    public bool TryFence(Epoch epoch)
    {
        if (epoch < Promised)
        {
            return false;
        }

        if (epoch > Promised)
        {
            FenceFile.Write(_logs.Root, _logs.Broker, epoch);
            Promised = epoch;
        }

        return true;
    }

    /// <summary>Opens every log that there is.</summary>
    /// <returns>How each of them ends.</returns>
    public IReadOnlyDictionary<string, LogEnd> OpenAll()
    {
        foreach (var name in _logs.Existing())
        {
            OpenLog(name);
        }

        return _open.ToDictionary(log => log.Key, log => log.Value.End, StringComparer.Ordinal);
    }

    /// <summary>A log, opened if need be; one that was not there begins with its first records.</summary>
    public CopiedLog OpenLog(string name)
    {
        if (!_open.TryGetValue(name, out var log))
        {
            _open.Add(name, log = new CopiedLog(name, _logs));
        }

        return log;
    }

    /// <summary>A log, if it is open.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CopiedLog? log) => _open.TryGetValue(name, out log);

    /// <summary>Closes one log; <see cref="OpenLog"/> opens it anew.</summary>
    public void Close(string name)
    {
        if (_open.Remove(name, out var log))
        {
            log.Dispose();
        }
    }

    /// <summary>Closes every log, so that another owner may open them; the promise stays.</summary>
    public void Close()
    {
        foreach (var log in _open.Values)
        {
            log.Dispose();
        }

        _open.Clear();
    }

    public void Dispose() => Close();
}
