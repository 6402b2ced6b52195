using System.Buffers.Binary;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>The logs of the one broker on one node's simulated disk.</summary>
internal sealed class SimulatedLogs(IStorageDirectory root, LogOptions options) : IBrokerLogs
{
    private readonly IStorageDirectory _logs = root.Directory("logs");

    public string Broker => "broker-a";

    public IStorageDirectory Root => root;

    public IReadOnlyList<string> Existing() => _logs.ListDirectories();

    public RecordLog Open(string log) =>
        RecordLog.Open(_logs.Directory(log), log, options, SimulatedIndexer.Instance, TimeProvider.System, static _ => { });

    public IRecordIndexer IndexerOf(string log) => SimulatedIndexer.Instance;

    public void Cut(string log, LogPoint end) => CutOf(log).Cut(end, Diverged(log));

    public void StartAnew(string log, LogPoint start, bool keep) => CutOf(log).StartAnew(start, keep ? Diverged(log) : null);

    public void SetAside(string log, string reason) => throw new NotSupportedException($"no simulated disk damages {log}: {reason}");

    private LogCut CutOf(string log) => new(_logs.Directory(log), log, options, SimulatedIndexer.Instance, TimeProvider.System, static _ => { });

    private IStorageDirectory Diverged(string log) => root.Directory("diverged").Directory(log);

    /// <summary>Adds a record that carries this id to a batch.</summary>
    public static void AddTo(LogBatch batch, long id)
    {
        var payload = batch.Add(SimulatedRecord.SmallestSize + (int)(id % 7));
        payload.Clear();
        BinaryPrimitives.WriteInt64BigEndian(payload, batch.LastOffset);
        BinaryPrimitives.WriteInt64BigEndian(payload[8..], id);
        BinaryPrimitives.WriteInt64BigEndian(payload[24..], id);
        batch.Seal(0, id, [(ulong)id, 0]);
    }

    /// <summary>The ids of records, by their offsets.</summary>
    public static long[] IdsOf(RecordLog log, long from, long end)
    {
        var entries = new IndexEntry[end - from];
        var ids = new long[entries.Length];
        if (log.Reader.ReadIndex(from, entries) != entries.Length)
        {
            throw new BrokenPromiseException($"{log.Name} has no records {from} … {end}");
        }

        Span<byte> payload = stackalloc byte[SimulatedRecord.SmallestSize + 8];
        for (var i = 0; i < ids.Length; i++)
        {
            log.Reader.ReadPayload(entries[i], payload);
            ids[i] = BinaryPrimitives.ReadInt64BigEndian(payload[24..]);
        }

        return ids;
    }
}
