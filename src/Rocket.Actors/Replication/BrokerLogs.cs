using Rocket.Actors.Cluster;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>Where one log is, and how it is kept.</summary>
/// <param name="Directory">Its folder.</param>
/// <param name="Name">What it is called, hashed, in its files; not always the name of the folder.</param>
/// <param name="Options">How it is kept.</param>
/// <param name="Indexer">Describes its records.</param>
internal sealed record LogPlace(IStorageDirectory Directory, string Name, LogOptions Options, IRecordIndexer Indexer);

/// <summary>
/// The logs of a broker in its folder on this node. What is cut is kept in <c>diverged/{log}-cut-{position}</c>, what a log gives up to begin anew in
/// <c>diverged/{log}-given-up-{position}</c>, what was of no use in <c>diverged/{log}-damaged-{number}</c>: nothing there is ever read again, a person may delete it.
/// </summary>
/// <param name="broker">The broker.</param>
/// <param name="report">Takes a line for people.</param>
/// <param name="time">Measures recoveries.</param>
internal sealed class BrokerLogs(BrokerContext broker, Action<string> report, TimeProvider time) : IBrokerLogs
{
    public string Broker => broker.Settings.Name;

    public IStorageDirectory Root => broker.Root;

    public IReadOnlyList<string> Existing()
    {
        var existing = new List<string>();
        foreach (var log in broker.QueueFolders.Prepend(DataFolders.Metadata))
        {
            if (broker.PlaceOf(log) is { } place && place.Directory.ListFiles().Count > 0)
            {
                existing.Add(log);
            }
        }

        return existing;
    }

    public RecordLog Open(string log) => broker.Open(log, PlaceOf(log), ReportOf(log));

    public IRecordIndexer IndexerOf(string log) => PlaceOf(log).Indexer;

    public void Cut(string log, LogPoint end)
    {
        using var lease = broker.Leases.Take(log);
        CutOf(log).Cut(end, Diverged($"{log}-cut-{end.Position}"));
    }

    public void SetAside(string log, string reason)
    {
        using var lease = broker.Leases.Take(log);
        var (parent, folder) = log == DataFolders.Metadata ? (Root, log) : (Root.Directory(DataFolders.Queues), log);
        if (PlaceOf(log).Directory.ListFiles().Count == 0)
        {
            return;
        }

        var diverged = Root.Directory(DataFolders.Diverged);
        var number = 1;
        while (diverged.Exists($"{log}-damaged-{number}"))
        {
            number++;
        }

        parent.MoveDirectory(folder, diverged, $"{log}-damaged-{number}");
        ReportOf(log)($"it is of no use ({reason.TrimEnd('.')}), so it is kept in {diverged.Directory($"{log}-damaged-{number}").Path} and fetched anew from the master");
    }

    public void StartAnew(string log, LogPoint start, bool keep)
    {
        using var lease = broker.Leases.Take(log);
        CutOf(log).StartAnew(start, keep ? Diverged($"{log}-given-up-{start.Position}") : null);
    }

    private LogCut CutOf(string log)
    {
        var place = PlaceOf(log);
        return new LogCut(place.Directory, place.Name, place.Options, place.Indexer, time, ReportOf(log));
    }

    private IStorageDirectory Diverged(string folder) => Root.Directory(DataFolders.Diverged).Directory(folder);

    private LogPlace PlaceOf(string log) => broker.PlaceOf(log) ?? throw new ArgumentException($"No log of a broker is called {log}.", nameof(log));

    private Action<string> ReportOf(string log) => line => report($"log {log}: {line}");
}
