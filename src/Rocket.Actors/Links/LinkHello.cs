using System.Buffers;
using System.Collections.Immutable;
using Rocket.Actors.Cluster;

namespace Rocket.Actors.Links;

/// <summary>
/// The first frame of either side; numbers big-endian, texts as in <see cref="LinkFields"/>:
/// <code>
///  0        8          10        12       28        29
/// +--------+----------+---------+--------+---------+----------+-------+-------------+---------+------+---------+----------------+
/// | magic  | uint16   | uint16  | 16 B   | uint8   | uint8    | int64 | int64       | text    | text | text    | uint16 n, then |
/// |"RKTLINK| version  | oldest  | nonce  | secret  | failover | starts| incarnation | cluster | node | program | n × name, addr |
/// | \n"    |          | version |        | 0 or 1  | 0 or 1   |       |             |         |      | version | of a voter     |
/// +--------+----------+---------+--------+---------+----------+-------+-------------+---------+------+---------+----------------+
/// </code>
/// The first 12 bytes keep their meaning for ever, so that two versions can tell each other what they are. Later versions may append fields.
/// </summary>
/// <param name="Version">Version of the protocol that it speaks.</param>
/// <param name="OldestVersion">Oldest one that it understands.</param>
/// <param name="Nonce">16 random bytes of this connection.</param>
/// <param name="HasSecret">Whether a secret is configured.</param>
/// <param name="Identity">The node.</param>
public sealed record LinkHello(int Version, int OldestVersion, ReadOnlyMemory<byte> Nonce, bool HasSecret, LinkIdentity Identity)
{
    /// <summary>Version of the protocol that this program speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Oldest one that it understands.</summary>
    public const int OldestUnderstood = 1;

    /// <summary>Bytes of <see cref="Nonce"/>.</summary>
    public const int NonceBytes = 16;

    /// <summary>Greatest payload of any frame of a handshake: the names and addresses of 256 voters.</summary>
    public const int MaxBytes = 64 << 10;

    private static ReadOnlySpan<byte> Magic => "RKTLINK\n"u8;

    /// <summary>The payload of the frame.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write(Magic);
        output.WriteUInt16(Version);
        output.WriteUInt16(OldestVersion);
        output.Write(Nonce.Span);
        output.WriteBool(HasSecret);
        output.WriteByte((byte)Identity.Failover);
        output.WriteInt64(Identity.StartCounter);
        output.WriteInt64(Identity.Incarnation);
        output.WriteText(Identity.ClusterName);
        output.WriteText(Identity.NodeName);
        output.WriteText(Identity.Version);
        output.WriteUInt16(Identity.Voters.Count);
        foreach (var (name, address) in Identity.Voters.OrderBy(voter => voter.Key, StringComparer.Ordinal))
        {
            output.WriteText(name);
            output.WriteText(address);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the version alone, which every version says in the same way.</summary>
    /// <exception cref="LinkViolationException">It is no hello of ours.</exception>
    public static (int Version, int Oldest) ReadVersion(ReadOnlySpan<byte> bytes)
    {
        var reader = new LinkFieldReader(bytes);
        return ReadVersion(ref reader);
    }

    /// <summary>Reads the payload of the frame, of a version that is understood.</summary>
    /// <exception cref="LinkViolationException">It is no hello of ours.</exception>
    public static LinkHello Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new LinkFieldReader(bytes);
        var (version, oldest) = ReadVersion(ref reader);
        var nonce = reader.Cut(NonceBytes).ToArray();
        var hasSecret = reader.ReadBool();
        var failover = reader.ReadBool() ? FailoverMode.Automatic : FailoverMode.Manual;
        var starts = reader.ReadInt64();
        var incarnation = reader.ReadInt64();
        var cluster = reader.ReadText();
        var node = reader.ReadText();
        var program = reader.ReadText();
        var voters = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            voters[reader.ReadText()] = reader.ReadText();
        }

        var identity = new LinkIdentity(cluster, node, voters.ToImmutable(), failover, starts, incarnation, program);
        return new LinkHello(version, oldest, nonce, hasSecret, identity);
    }

    private static (int Version, int Oldest) ReadVersion(ref LinkFieldReader reader) =>
        reader.Cut(Magic.Length).SequenceEqual(Magic)
            ? (reader.ReadUInt16(), reader.ReadUInt16())
            : throw new LinkViolationException("it is no hello of a Rocket node");
}
