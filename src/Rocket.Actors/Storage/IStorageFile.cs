namespace Rocket.Actors.Storage;

/// <summary>
/// A file read and written by position. Any number of threads may read while one writes and another flushes; bytes that a
/// <see cref="Write"/> has returned for are seen by every later <see cref="Read"/>.
/// </summary>
public interface IStorageFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Reads until the destination is full or the file ends.</summary>
    /// <returns>Bytes read; less than the destination only at the end of the file.</returns>
    int Read(Span<byte> destination, long offset);

    /// <summary>Writes all of the source; the file grows as needed. After an exception any part of it may have been written.</summary>
    void Write(ReadOnlySpan<byte> source, long offset);

    /// <summary>Returns once everything written before the call is on the disk. After one failure every later call fails too.</summary>
    void Flush();

    /// <summary>Cuts the file, or lengthens it with zeros.</summary>
    void SetLength(long length);
}
