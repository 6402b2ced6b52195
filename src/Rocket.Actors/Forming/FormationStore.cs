using System.Buffers;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Forming;

/// <summary>
/// The file <c>placement/@formation</c>: what a voter keeps about the forming of clusters. Durable when a call returns. Content, big-endian:
/// <code>
///  0          8                     9
/// +----------+---------------------+---------------------------------------------------------------+
/// | int64    | uint8: 1 = a grant  | string candidate | int64 incarnation | int64 number           |
/// | highest  | follows, 0 = none   | (string as in PlacementLayout)                                |
/// +----------+---------------------+---------------------------------------------------------------+
/// </code>
/// </summary>
public sealed class FormationStore(IStorageDirectory directory)
{
    internal const string FileName = "@formation";
    private const int Kind = 4;

    private readonly ArrayBufferWriter<byte> _content = new();

    /// <summary>What was kept; <see cref="FormationRecord.Forgotten"/> when nothing was.</summary>
    /// <exception cref="DamagedPlacementException">The file is damaged.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public FormationRecord Read()
    {
        if (PlacementFile.Read(directory, FileName, Kind) is not { } stored)
        {
            return FormationRecord.Forgotten;
        }

        try
        {
            ReadOnlySpan<byte> left = stored;
            var highest = new Ballot(PlacementLayout.ReadInt64(ref left));
            var hasGrant = PlacementLayout.Cut(ref left, 1)[0] == 1;
            return new FormationRecord(highest, hasGrant ? ReadGrant(ref left) : null);
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(Path.Combine(directory.Path, FileName), damaged.Message);
        }
    }

    /// <summary>Keeps a record.</summary>
    /// <exception cref="IOException">The disk refused: the record before, or this one, is there.</exception>
    public void Write(FormationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _content.ResetWrittenCount();
        PlacementLayout.WriteInt64(_content, record.Highest.Value);
        _content.Write([record.Grant is null ? (byte)0 : (byte)1]);
        if (record.Grant is { } grant)
        {
            PlacementLayout.WriteString(_content, grant.Candidate);
            PlacementLayout.WriteInt64(_content, grant.Incarnation);
            PlacementLayout.WriteInt64(_content, grant.Number.Value);
        }

        PlacementFile.Replace(directory, FileName, Kind, _content.WrittenSpan);
    }

    private static FormationGrant ReadGrant(ref ReadOnlySpan<byte> left) => new(
        PlacementLayout.ReadString(ref left) ?? throw new FormatException("a candidate has no name"),
        PlacementLayout.ReadInt64(ref left),
        new Ballot(PlacementLayout.ReadInt64(ref left)));
}
