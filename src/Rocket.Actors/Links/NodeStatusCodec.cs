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
/// +-------------------+-----------+
/// | m × uint16        | uint8     |
/// | the broker's port | is it     |  each missing in what older nodes say: 0, and no
/// |                   | leaving   |
/// +-------------------+-----------+
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

        output.WriteBool(status.IsLeaving);
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
        var uid = reader.ReadInt64();
        if (uid is < int.MinValue or > int.MaxValue)
        {
            throw new LinkViolationException($"{uid} is no uid");
        }

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

        return new NodeStatus(node, incarnation, starts, number, address, (int)uid, host, votes, cluster, hears, brokers.ToImmutable())
        {
            IsLeaving = !reader.Left.IsEmpty && reader.ReadBool(),
        };
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
