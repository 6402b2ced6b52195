namespace Rocket.Actors.Wire;

/// <summary>One type that may cross from node to node.</summary>
public sealed class ControlType
{
    private ControlType(string manifest, Type type, IReadOnlyList<Type> parts, Func<object, byte[]>? write, Func<byte[], object>? read)
    {
        Manifest = manifest;
        Type = type;
        Parts = parts;
        Write = write;
        Read = read;
    }

    /// <summary>The type's name on the wire; never given to another type.</summary>
    public string Manifest { get; }

    public Type Type { get; }

    /// <summary>Further types that values of <see cref="Type"/> contain, with the concrete collections.</summary>
    public IReadOnlyList<Type> Parts { get; }

    /// <summary>The type's own codec; null: Hyperion.</summary>
    internal Func<object, byte[]>? Write { get; }

    internal Func<byte[], object>? Read { get; }

    /// <summary>
    /// A type that Hyperion writes, for messages between actors. <paramref name="parts"/>: every type of ours and every collection that its
    /// members hold at run time, an array for instance; numbers and texts need no mention.
    /// </summary>
    public static ControlType ByHyperion<T>(string manifest, params Type[] parts)
        where T : IControlMessage => new(manifest, typeof(T), parts, null, null);

    /// <summary>
    /// A type with a codec of its own, for what DistributedData keeps: its digests want the same bytes for the same value on every node, and
    /// nodes of two versions must agree on them, which Hyperion does not promise.
    /// </summary>
    /// <param name="manifest">Name on the wire.</param>
    /// <param name="write">Value to bytes.</param>
    /// <param name="read">Bytes to value; throws <see cref="InvalidDataException"/> for bytes that <paramref name="write"/> does not make.</param>
    public static ControlType ByCodec<T>(string manifest, Func<T, byte[]> write, Func<byte[], T> read)
        where T : class => new(manifest, typeof(T), [], value => write((T)value), read);
}
