using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Actors.Tests.Storage.Inspection;

/// <summary>Audits <see cref="TestRecord"/>s: those of which it is told are wrong, the others are right.</summary>
internal sealed class TestAudit(params long[] wrongOffsets) : IRecordAudit
{
    public IRecordIndexer Indexer { get; } = new TestIndexer();

    public string Remedy => "restore it";

    public string RemedyForRecords => "leave it";

    public List<long> Seen { get; } = [];

    public string? FaultOf(in LogRecord record)
    {
        Seen.Add(record.Offset);
        return wrongOffsets.Contains(record.Offset) ? "it is wrong" : null;
    }
}
