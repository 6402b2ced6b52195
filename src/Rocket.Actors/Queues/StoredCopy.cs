using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Queues;

/// <summary>A message that the broker itself stores: one that was stored before comes into another queue, changed or not.</summary>
public abstract class StoredCopy : Append
{
    private RecordDescription _description;

    /// <summary>Encodes the message. Its queue's index finds it by the same tag and keys as one that a client sent.</summary>
    /// <exception cref="ArgumentException">It is too large for a record.</exception>
    protected void Encode(in MessageFields fields)
    {
        var length = MessageWriter.SizeOf(fields);
        Rent(length);
        var record = Buffer.AsSpan(0, length);
        MessageWriter.Write(record, fields);

        // Not stamped yet, it says that its queue offset is 0.
        _description.Clear();
        if (!MessageRecordIndexer.Instance.TryDescribe(record, expectedOffset: 0, ref _description))
        {
            throw new InvalidOperationException("A record that was just written is none.");
        }

        AddRecord(0, length, _description.TagHash);
        foreach (var key in _description.KeyHashes)
        {
            AddKey(key);
        }
    }
}
