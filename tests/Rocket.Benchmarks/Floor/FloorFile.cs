using Microsoft.Win32.SafeHandles;

namespace Rocket.Benchmarks.Floor;

/// <summary>The one file that every connection appends to: a place is reserved with one addition, then written by position, so no lock is held.</summary>
internal sealed class FloorFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private long _end;

    /// <param name="path">Made new; deleted at the end.</param>
    public FloorFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Appends the bytes with one write and returns where they begin.</summary>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        var begin = Interlocked.Add(ref _end, bytes.Length) - bytes.Length;
        RandomAccess.Write(_handle, bytes, begin);
        return begin;
    }

    public void Dispose()
    {
        _handle.Dispose();
        File.Delete(_path);
    }
}
