using System.Buffers;
using System.Collections.Immutable;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Links;

/// <summary>
/// A <see cref="NodeStatus"/> as the payload of a frame of kind <see cref="LinkKind.NodeStatus"/>; numbers big-endian, texts as in
/// <see cref="LinkFields"/>:
/// <code>
///  0         1
/// +---------+------+-------------+--------+---------+---------+-------+------------+-------+---------+-------------+------------------------+
/// | uint8   | text | int64       | int64  | int64   | text    | int64 | text       | uint8 | int64   | uint16 n,   | uint16 m, m × (text    |
/// | version | node | incarnation | starts | version | address | uid   | advertised | votes | cluster | n × text    | broker, uint16 k,      |
/// | 1       |      |             |        |         |         |       | host       |       | number  | heard nodes | k × text replica)      |
/// +---------+------+-------------+--------+---------+---------+-------+------------+-------+---------+-------------+------------------------+
///
/// +-------------------+-----------------+----------------+---------------+------------+----------------------------------------------------------------------+
/// | m × uint16        | uint16 r,       | uint16 k,      | uint8         | uint8      | uint16 n, n × (uint16 index of a broker, int64 last epoch, int64     |
/// | the broker's port | r × int64       | k × text       | alone in sync | is leaving | length): copies that are doubtful                                    |
/// |                   | uids of removed | member's names |               |            |                                                                      |
/// +-------------------+-----------------+----------------+---------------+------------+----------------------------------------------------------------------+
///   ports are missing in what older nodes say, and so is all behind them
/// </code>
/// A later version may append fields and still say 1.
/// </summary>
public static class NodeStatusCodec
{
    private const byte Version = 1;

    /// <summary>Appends a status.</summary>
    public static void Write(IBufferWriter<byte> output, NodeStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        output.WriteByte(Version);
        output.WriteText(status.Node);
        output.WriteInt64(status.Incarnation);
        output.WriteInt64(status.StartCounter);
        output.WriteInt64(status.Version);
        output.WriteText(status.AkkaAddress);
        output.WriteInt64(status.AkkaUid);
        output.WriteText(status.AdvertisedHost);
        output.WriteBool(status.Votes);
        output.WriteInt64(status.ClusterNumber.Value);
        WriteTexts(output, status.Hears);
        output.WriteUInt16(status.Brokers.Length);
        foreach (var broker in status.Brokers)
        {
            output.WriteText(broker.Name);
            WriteTexts(output, broker.Replicas);
        }

        foreach (var broker in status.Brokers)
        {
            output.WriteUInt16(broker.Port);
        }

        output.WriteUInt16(status.Removed.Length);
        foreach (var uid in status.Removed)
        {
            output.WriteInt64(uid);
        }

        WriteTexts(output, status.Members);
        output.WriteBool(status.IsAloneInSync);
        output.WriteBool(status.IsLeaving);
        WriteDoubts(output, status.Brokers);
    }

    private static void WriteDoubts(IBufferWriter<byte> output, ImmutableArray<HeldReplicas> brokers)
    {
        var doubtful = brokers.Index().Where(broker => broker.Item.Doubt is not null).ToList();
        output.WriteUInt16(doubtful.Count);
        foreach (var (index, broker) in doubtful)
        {
            output.WriteUInt16(index);
            output.WriteInt64(broker.Doubt!.LastEpoch);
            output.WriteInt64(broker.Doubt.Length);
        }
    }

    private static void ReadDoubts(ref LinkFieldReader reader, ImmutableArray<HeldReplicas>.Builder brokers)
    {
        for (var left = reader.Left.IsEmpty ? 0 : reader.ReadUInt16(); left > 0; left--)
        {
            var index = reader.ReadUInt16();
            if (index >= brokers.Count)
            {
                throw new LinkViolationException($"there is no broker {index}");
            }

            brokers[index] = brokers[index] with { Doubt = new CopyDoubt(reader.ReadInt64(), reader.ReadInt64()) };
        }
    }

    /// <summary>Reads a status.</summary>
    /// <exception cref="LinkViolationException">The bytes are none.</exception>
    public static NodeStatus Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new LinkFieldReader(bytes);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new LinkViolationException($"a node's status of version {version} is not known here");
        }

        var node = reader.ReadText();
        var incarnation = reader.ReadInt64();
        var starts = reader.ReadInt64();
        var number = reader.ReadInt64();
        var address = reader.ReadText();
        var uid = ReadUid(ref reader);
        var host = reader.ReadText();
        var votes = reader.ReadBool();
        var cluster = new Ballot(reader.ReadInt64());
        var hears = ReadTexts(ref reader);
        var brokers = ImmutableArray.CreateBuilder<HeldReplicas>();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            brokers.Add(new HeldReplicas(reader.ReadText(), ReadTexts(ref reader), Port: 0));
        }

        for (var at = 0; at < brokers.Count && !reader.Left.IsEmpty; at++)
        {
            brokers[at] = brokers[at] with { Port = reader.ReadUInt16() };
        }

        var status = new NodeStatus(node, incarnation, starts, number, address, uid, host, votes, cluster, hears, brokers.ToImmutable());
        if (reader.Left.IsEmpty)
        {
            return status;
        }

        status = status with { Removed = ReadUids(ref reader), Members = ReadTexts(ref reader), IsAloneInSync = reader.ReadBool(), IsLeaving = reader.ReadBool() };
        ReadDoubts(ref reader, brokers);
        return status with { Brokers = brokers.ToImmutable() };
    }

    private static ImmutableArray<int> ReadUids(ref LinkFieldReader reader)
    {
        var uids = ImmutableArray.CreateBuilder<int>();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            uids.Add(ReadUid(ref reader));
        }

        return uids.ToImmutable();
    }

    private static int ReadUid(ref LinkFieldReader reader)
    {
        var uid = reader.ReadInt64();
        return uid is >= int.MinValue and <= int.MaxValue ? (int)uid : throw new LinkViolationException($"{uid} is no uid");
    }

    private static void WriteTexts(IBufferWriter<byte> output, ImmutableArray<string> texts)
    {
        output.WriteUInt16(texts.Length);
        foreach (var text in texts)
        {
            output.WriteText(text);
        }
    }

    private static ImmutableArray<string> ReadTexts(ref LinkFieldReader reader)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            texts.Add(reader.ReadText());
        }

        return texts.ToImmutable();
    }
}
