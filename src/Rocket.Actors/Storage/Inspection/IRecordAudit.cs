namespace Rocket.Actors.Storage.Inspection;

/// <summary>Knows what the records of one log must be.</summary>
public interface IRecordAudit
{
    /// <summary>Describes records as at a recovery.</summary>
    IRecordIndexer Indexer { get; }

    /// <summary>What to do when a start refuses this log.</summary>
    string Remedy { get; }

    /// <summary>What to do when single records cannot be read and a start does not mind.</summary>
    string RemedyForRecords { get; }

    /// <summary>Takes the next good record and says what is wrong with it, in words that fit its neighbours too; null: nothing.</summary>
    string? FaultOf(in LogRecord record);
}
