using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Placement;

/// <summary>
/// One folder in memory that can lose power at any step. What was flushed and synced survives; of an unflushed file any prefix does, and of
/// unsynced names either the old or the new ones, as the given choice says.
/// </summary>
internal sealed class CrashDirectory : IStorageDirectory
{
    private readonly Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Node> _synced = new(StringComparer.Ordinal);

    public string Path => "/memory/placement";

    /// <summary>Changing calls so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The changing call from which on all of them fail without effect; int.MaxValue: none.</summary>
    public int FailFrom { get; set; } = int.MaxValue;

    /// <summary>The folder as it is found after a power cut.</summary>
    /// <param name="choice">Chooses among what may have survived.</param>
    public CrashDirectory AfterPowerCut(Random choice)
    {
        var survivor = new CrashDirectory();
        foreach (var (name, node) in choice.Next(2) == 0 ? _synced : _names)
        {
            survivor._names.Add(name, node.AfterPowerCut(choice));
        }

        survivor._synced = new Dictionary<string, Node>(survivor._names, StringComparer.Ordinal);
        return survivor;
    }

    public byte[] BytesOf(string name) => _names[name].Bytes;

    public void SetBytes(string name, byte[] bytes)
    {
        _names[name] = new Node { Bytes = bytes, Flushed = bytes };
        _synced[name] = _names[name];
    }

    public bool Exists(string name) => _names.ContainsKey(name);

    public IReadOnlyList<string> ListFiles() => [.. _names.Keys.Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> ListDirectories() => [];

    public IStorageDirectory Directory(string name) => throw new NotSupportedException();

    public void DeleteDirectory(string name) => throw new NotSupportedException();

    public IStorageFile Open(string name, StorageFileMode mode)
    {
        if (mode == StorageFileMode.OpenExisting)
        {
            return new OpenNode(this, _names[name]);
        }

        Step();
        if (mode == StorageFileMode.CreateNew && Exists(name))
        {
            throw new IOException($"{name} exists.");
        }

        if (!_names.TryGetValue(name, out var node))
        {
            _names.Add(name, node = new Node());
        }

        return new OpenNode(this, node);
    }

    public void Delete(string name)
    {
        Step();
        _names.Remove(name);
    }

    public void Rename(string from, string to)
    {
        Step();
        _names.Remove(from, out var node);
        _names[to] = node!;
    }

    public void Sync()
    {
        Step();
        _synced = new Dictionary<string, Node>(_names, StringComparer.Ordinal);
    }

    private void Step()
    {
        if (Steps++ >= FailFrom)
        {
            throw new IOException("No space left on device");
        }
    }

    private sealed class Node
    {
        public byte[] Bytes { get; set; } = [];

        public byte[] Flushed { get; set; } = [];

        public Node AfterPowerCut(Random choice)
        {
            var kept = Bytes.AsSpan().SequenceEqual(Flushed) ? Flushed : Bytes[..choice.Next(Bytes.Length + 1)];
            return new Node { Bytes = kept, Flushed = kept };
        }
    }

    private sealed class OpenNode(CrashDirectory directory, Node node) : IStorageFile
    {
        public long Length => node.Bytes.Length;

        public int Read(Span<byte> destination, long offset)
        {
            var available = node.Bytes.AsSpan((int)offset);
            var read = Math.Min(available.Length, destination.Length);
            available[..read].CopyTo(destination);
            return read;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            directory.Step();
            var grown = new byte[Math.Max(node.Bytes.Length, (int)offset + source.Length)];
            node.Bytes.CopyTo(grown, 0);
            source.CopyTo(grown.AsSpan((int)offset));
            node.Bytes = grown;
        }

        public void Flush()
        {
            directory.Step();
            node.Flushed = node.Bytes;
        }

        public void SetLength(long length) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
