using System.Buffers;
using System.Buffers.Binary;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Placement;

/// <summary>
/// One small file that is replaced as a whole: written under another name, flushed, renamed, and the folder flushed, so that after any crash
/// the file is the old one or the new one. Big-endian:
/// <code>
///  0        4         6          8             n
/// +--------+---------+----------+-------------+---------------------+
/// | magic  | uint16  | uint16   | content     | CRC-32C             |
/// | "RKTP" | format  | kind     |             | over all before it  |
/// +--------+---------+----------+-------------+---------------------+
/// </code>
/// </summary>
internal static class PlacementFile
{
    /// <summary>Ends the name under which a file is written first. No file's real name has an @ anywhere but in front.</summary>
    public const string UnfinishedSuffix = "@new";

    public const uint Magic = 0x524B_5450;
    private const int FormatAt = sizeof(uint);
    private const int KindAt = FormatAt + sizeof(ushort);
    private const int ContentAt = KindAt + sizeof(ushort);
    private const int ChecksumSize = sizeof(uint);

    /// <summary>More than any content of ours: a set of 255 replicas with names of 255 bytes.</summary>
    private const int MaxSize = 128 * 1024;

    /// <summary>Replaces a file; returns once the new one is on the disk.</summary>
    /// <exception cref="IOException">The disk refused. The old file is still there, or the new one is.</exception>
    /// <param name="directory">The folder.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="content">What it shall hold from now on.</param>
    /// <param name="format">Version of the content's format.</param>
    public static void Replace(IStorageDirectory directory, string name, int kind, ReadOnlySpan<byte> content, int format = 1)
    {
        var bytes = new byte[ContentAt + content.Length + ChecksumSize];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(FormatAt), (ushort)format);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(KindAt), (ushort)kind);
        content.CopyTo(bytes.AsSpan(ContentAt));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(^ChecksumSize..), Checksum.Of(bytes.AsSpan(..^ChecksumSize)));

        var unfinished = name + UnfinishedSuffix;
        if (directory.Exists(unfinished))
        {
            directory.Delete(unfinished);
        }

        using (var file = directory.Open(unfinished, StorageFileMode.CreateNew))
        {
            file.Write(bytes, 0);
            file.Flush();
        }

        directory.Rename(unfinished, name);
        directory.Sync();
    }

    /// <summary>The content of a file; null when there is none.</summary>
    /// <exception cref="DamagedPlacementException">It is empty, torn, of another kind, or not ours.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    /// <param name="directory">The folder.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="newest">The newest format that is known here.</param>
    public static byte[]? Read(IStorageDirectory directory, string name, int kind, int newest = 1)
    {
        if (!directory.Exists(name))
        {
            return null;
        }

        var path = Path.Combine(directory.Path, name);
        byte[] bytes;
        using (var file = directory.Open(name, StorageFileMode.OpenExisting))
        {
            var length = file.Length;
            if (length is < ContentAt + ChecksumSize or > MaxSize)
            {
                throw new DamagedPlacementException(path, $"it is {length} bytes long, which no placement file is");
            }

            bytes = new byte[length];
            if (file.Read(bytes, 0) != bytes.Length)
            {
                throw new DamagedPlacementException(path, "it became shorter while it was read");
            }
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic)
        {
            throw new DamagedPlacementException(path, "it is no placement file");
        }

        var format = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(FormatAt));
        if (format > newest)
        {
            throw new NewerFormatException(path, format, newest);
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(^ChecksumSize..)) != Checksum.Of(bytes.AsSpan(..^ChecksumSize)))
        {
            throw new DamagedPlacementException(path, "its checksum is wrong");
        }

        var actualKind = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(KindAt));
        if (format == 0 || actualKind != kind)
        {
            throw new DamagedPlacementException(path, $"format {format}, kind {actualKind} does not belong there");
        }

        return bytes[ContentAt..^ChecksumSize];
    }
}
