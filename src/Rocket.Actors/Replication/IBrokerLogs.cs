using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>The logs of one broker on one node: its metadata and its queues. One owner at a time, the broker that leads or the copy that follows.</summary>
public interface IBrokerLogs
{
    /// <summary>The broker's name.</summary>
    string Broker { get; }

    /// <summary>The broker's own folder.</summary>
    IStorageDirectory Root { get; }

    /// <summary>Names of the logs that have files.</summary>
    IReadOnlyList<string> Existing();

    /// <summary>Opens one.</summary>
    /// <exception cref="DamagedLogException">It is damaged.</exception>
    RecordLog Open(string log);

    /// <summary>Describes records of a log, for copies that read it.</summary>
    IRecordIndexer IndexerOf(string log);

    /// <summary>Cuts a closed log, see <see cref="LogCut.Cut"/>, and keeps what is cut aside.</summary>
    void Cut(string log, LogPoint end);

    /// <summary>
    /// Takes a closed log that is of no use away as it is, so that it has no files any more, and keeps it aside. Only for a copy whose node is not in sync: one that is would be taken for
    /// one that holds everything.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="reason">What is wrong with it, for people.</param>
    void SetAside(string log, string reason);

    /// <summary>Lets a closed log begin anew, see <see cref="LogCut.StartAnew"/>.</summary>
    void StartAnew(string log, LogPoint start, bool keep);
}
