using System.Buffers;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>
/// A message about the forming of a cluster as the payload of a frame of kind <see cref="LinkKind.Formation"/>, big-endian:
/// <code>
///  0         1        2          10
/// +---------+--------+----------+---------------------+
/// | uint8   | uint8  | int64    | int64 highest       |
/// | version | type   | number   | (type 3 only)       |
/// +---------+--------+----------+---------------------+
/// </code>
/// Types: 1 request, 2 granted, 3 denied, 4 withdrawn.
/// </summary>
public static class FormationCodec
{
    private const byte Version = 1;
    private const byte Request = 1;
    private const byte Granted = 2;
    private const byte Denied = 3;
    private const byte Withdrawn = 4;

    /// <summary>The payload.</summary>
    public static byte[] ToBytes(FormationMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var output = new ArrayBufferWriter<byte>(32);
        output.WriteByte(Version);
        output.WriteByte(message switch
        {
            FormationRequest => Request,
            FormationGranted => Granted,
            FormationDenied => Denied,
            FormationWithdrawn => Withdrawn,
            _ => throw new ArgumentException($"{message.GetType().Name} is no message about forming a cluster.", nameof(message)),
        });
        output.WriteInt64(message.Number.Value);
        if (message is FormationDenied denied)
        {
            output.WriteInt64(denied.Highest.Value);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="LinkViolationException">It is none.</exception>
    public static FormationMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new LinkFieldReader(bytes);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new LinkViolationException($"messages about forming a cluster of version {version} are not known here");
        }

        var type = reader.ReadByte();
        var number = new Ballot(reader.ReadInt64());
        FormationMessage message = type switch
        {
            Request => new FormationRequest(number),
            Granted => new FormationGranted(number),
            Denied => new FormationDenied(number, new Ballot(reader.ReadInt64())),
            Withdrawn => new FormationWithdrawn(number),
            _ => throw new LinkViolationException($"a message about forming a cluster of type {type} is not known here"),
        };
        reader.End();
        return message;
    }
}
