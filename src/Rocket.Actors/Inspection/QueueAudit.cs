using System.Text;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Inspection;

/// <summary>Knows what the records of a queue must be: whole messages of this queue, with the physical offsets that the metadata give to their places.</summary>
/// <param name="queue">The queue.</param>
/// <param name="metadata">The broker's metadata; null: they cannot be read, so nothing is known of ordinals.</param>
internal sealed class QueueAudit(QueueId queue, MetadataState? metadata) : IRecordAudit
{
    private readonly byte[] _topic = Encoding.UTF8.GetBytes(queue.Topic);
    private readonly IReadOnlyList<QueueOrdinal>? _ordinals = metadata?.OrdinalsOf(queue.Topic, queue.Number);

    public IRecordIndexer Indexer => MessageRecordIndexer.Instance;

    public string Remedy =>
        "restore this folder from a backup or a replica; without one, move it away while the node is stopped: the queue then begins anew at offset 0";

    public string RemedyForRecords =>
        "restore this folder from a backup or a replica; without one, leave it: such a record is never served, and consumers stop before it until their "
        + "offset is set behind it";

    public string? FaultOf(in LogRecord record)
    {
        if (!MessageView.TryRead(record.Payload.Span, out var message))
        {
            return "it is no stored message";
        }

        if (!message.Topic.SequenceEqual(_topic) || message.QueueId != queue.Number)
        {
            return $"it is a message of queue {Encoding.UTF8.GetString(message.Topic)}@{message.QueueId}";
        }

        return message.BodyCrcMatches() ? FaultOfPhysicalOffset(message.PhysicalOffset, record.Position) : "the CRC of its body is wrong";
    }

    private string? FaultOfPhysicalOffset(long physicalOffset, long position)
    {
        if (physicalOffset < 0 || PhysicalOffset.Of(PhysicalOffset.OrdinalOf(physicalOffset), position) != physicalOffset)
        {
            return "its physical offset is not that of its place";
        }

        if (_ordinals is null)
        {
            return null;
        }

        var turn = PhysicalOffset.TurnOf(position);
        var actual = PhysicalOffset.OrdinalOf(physicalOffset);
        if (turn < _ordinals.Count && _ordinals[turn].Ordinal == actual)
        {
            return null;
        }

        var owner = metadata!.TryFindOrdinal(actual, out var found) ? $"belongs to queue {found.Topic}@{found.QueueId}" : "is unknown";
        return $"its physical offset has ordinal {actual}, which {owner} in the metadata: this folder and the metadata are not of the same time or broker";
    }
}
