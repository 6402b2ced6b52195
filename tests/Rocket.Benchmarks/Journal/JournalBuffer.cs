using System.Buffers.Binary;
using System.Buffers.Text;
using Rocket.Benchmarks.Framing;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Journal;

/// <summary>Collects the confirmations of one connection, so that the journal is written in large blocks.</summary>
internal sealed class JournalBuffer(JournalWriter journal, int producer)
{
    private const int OffsetDigits = 16;

    private readonly byte[] _records = new byte[1024 * JournalFormat.SendBytes];
    private int _length;

    /// <summary>Notes the messages of one send; their ids and offsets are read from the answer's header.</summary>
    /// <param name="sequence">Sequence of its first message.</param>
    /// <exception cref="RemotingFormatException">The answer lacks msgId or queueOffset.</exception>
    public void Confirm(int queueIndex, long sequence, ReadOnlySpan<byte> header, SerializeType type)
    {
        var offset = HeaderScan.NumberField(header, type, "queueOffset"u8);
        var ids = HeaderScan.Field(header, type, "msgId"u8);
        while (true)
        {
            var comma = ids.IndexOf((byte)',');
            var id = comma < 0 ? ids : ids[..comma];
            if (id.Length <= OffsetDigits || !Utf8Parser.TryParse(id[^OffsetDigits..], out long physicalOffset, out var used, 'X') || used != OffsetDigits)
            {
                throw new RemotingFormatException($"msgId {System.Text.Encoding.UTF8.GetString(ids)} is no offsetMsgId");
            }

            Write(queueIndex, sequence++, offset++, physicalOffset);
            if (comma < 0)
            {
                return;
            }

            ids = ids[(comma + 1)..];
        }
    }

    public void Flush()
    {
        journal.Append(_records.AsSpan(0, _length));
        _length = 0;
    }

    private void Write(int queueIndex, long sequence, long queueOffset, long physicalOffset)
    {
        var record = _records.AsSpan(_length, JournalFormat.SendBytes);
        record[0] = JournalFormat.Send;
        BinaryPrimitives.WriteInt32LittleEndian(record[1..], producer);
        BinaryPrimitives.WriteInt32LittleEndian(record[5..], queueIndex);
        BinaryPrimitives.WriteInt64LittleEndian(record[9..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(record[17..], queueOffset);
        BinaryPrimitives.WriteInt64LittleEndian(record[25..], physicalOffset);
        _length += JournalFormat.SendBytes;
        if (_length == _records.Length)
        {
            Flush();
        }
    }
}
