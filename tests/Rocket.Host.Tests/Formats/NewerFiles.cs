using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Storage;
using Rocket.Host.Tests.CommandLine;

namespace Rocket.Host.Tests.Formats;

/// <summary>Makes files of a data folder what a newer version might have written: the version raised by one, the checksum right.</summary>
internal static class NewerFiles
{
    private const int HeaderSize = 64;
    private const int SlotSize = 256;
    private const int SlotStride = 4096;

    /// <summary>A segment, an index or keys.</summary>
    public static void RaiseHeader(string file) => Change(file, bytes => Raise(bytes.AsSpan(0, HeaderSize)));

    public static void RaiseCheckpoint(string file) => Change(file, bytes =>
    {
        Raise(bytes.AsSpan(0, SlotSize));
        Raise(bytes.AsSpan(SlotStride, SlotSize));
    });

    public static void RaisePlacement(string file) => Change(file, bytes =>
    {
        var format = bytes.AsSpan(4, sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(format, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(format) + 1));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(^4..), Crc32C(bytes.AsSpan(..^4)));
    });

    /// <summary>Appends an event to broker-a's metadata, as a node would.</summary>
    public static async Task AppendEventAsync(string data, string manifest, string json, byte format = 1)
    {
        var folder = Path.Combine(data, "brokers/broker-a/metadata");
        var dumped = await HostProcess.RunAsync(folder, "dump", "00000000000000000000.log");
        var next = dumped.Output.Split('\n').Count(line => line.StartsWith("event ", StringComparison.Ordinal)) + 1;
        using var log = RecordLog.Open(new FileDirectory(folder, 8), "metadata", new LogOptions(), new MetadataRecordIndexer(), TimeProvider.System, null);
        using var batch = new LogBatch();
        batch.Begin(log, log.LastEpoch);
        batch.Add(EventsRecord(next, manifest, json, format));
        batch.Seal(0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), []);
        log.Append(batch);
        log.Checkpoint(cleanStop: true);
    }

    private static byte[] EventsRecord(long sequenceNr, string manifest, string json, byte format)
    {
        using var record = new MemoryStream();
        record.Write([format, 1]);
        Int64(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Int64(sequenceNr);
        Text("broker-a");
        Int64(sequenceNr);
        Text("writer");
        Int32(1);
        Int64(sequenceNr);
        Int32(MetadataEventSerializer.StoredIdentifier);
        Text(manifest);
        Text("");
        Int32(Encoding.UTF8.GetByteCount(json));
        record.Write(Encoding.UTF8.GetBytes(json));
        return record.ToArray();

        void Int64(long value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            record.Write(bytes);
        }

        void Int32(int value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            record.Write(bytes);
        }

        void Text(string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            record.Write([(byte)(bytes.Length >> 8), (byte)bytes.Length]);
            record.Write(bytes);
        }
    }

    private static void Change(string file, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(file);
        change(bytes);
        File.WriteAllBytes(file, bytes);
    }

    private static void Raise(Span<byte> checkedBytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(checkedBytes[8..], 2);
        BinaryPrimitives.WriteUInt32BigEndian(checkedBytes[^4..], Crc32C(checkedBytes[..^4]));
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF_FFFFu;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
