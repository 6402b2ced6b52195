using System.Text;

namespace Rocket.Protocol.Messages;

/// <summary>
/// The property string of a message: <c>name U+0001 value U+0002 name U+0001 value …</c> in UTF-8, with or without a separator at the
/// end. A pair without U+0001, name or value is skipped, as clients do; of a repeated name the last counts.
/// </summary>
public static class MessageProperties
{
    /// <summary>Stands between a name and its value.</summary>
    public const byte NameValueSeparator = 1;

    /// <summary>Stands between two pairs.</summary>
    public const byte PairSeparator = 2;

    /// <summary>Finds a property's value.</summary>
    public static bool TryGet(ReadOnlySpan<byte> properties, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        // From the end, so that the last of a repeated name is met first.
        while (!properties.IsEmpty)
        {
            var separator = properties.LastIndexOf(PairSeparator);
            var pair = properties[(separator + 1)..];
            if (TrySplit(pair, out var found) && found.Name.SequenceEqual(name))
            {
                value = found.Value;
                return true;
            }

            properties = separator < 0 ? default : properties[..separator];
        }

        value = default;
        return false;
    }

    /// <summary>Walks the pairs in order without allocating.</summary>
    public static PropertyEnumerator Enumerate(ReadOnlySpan<byte> properties) => new(properties);

    /// <summary>Bytes that <see cref="WriteStored(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/> writes.</summary>
    public static int StoredLength(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> cluster) => StoredLength(properties, default, cluster);

    /// <summary>
    /// Bytes that <see cref="WriteStored(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/> writes.
    /// </summary>
    public static int StoredLength(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> batchProperties, ReadOnlySpan<byte> cluster)
    {
        var length = KeptLength(properties) + KeptLength(batchProperties);
        if (!cluster.IsEmpty)
        {
            length += PropertyNames.Cluster.Length + 1 + cluster.Length + 1;
        }

        return Math.Max(0, length - 1);
    }

    /// <summary>
    /// Writes what a broker stores of a message's properties: all that is well-formed except WAIT and what is transient, then CLUSTER. No
    /// separator at the end.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int WriteStored(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> cluster, Span<byte> destination) =>
        WriteStored(properties, default, cluster, destination);

    /// <summary>The same without three further names.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteStored(
        ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> cluster,
        scoped ReadOnlySpan<byte> without,
        scoped ReadOnlySpan<byte> orWithout,
        scoped ReadOnlySpan<byte> norWith,
        Span<byte> destination)
    {
        var writer = new PropertyWriter(destination);
        foreach (var property in Enumerate(properties))
        {
            var name = property.Name;
            if (IsKept(name) && !name.SequenceEqual(without) && !name.SequenceEqual(orWithout) && !name.SequenceEqual(norWith))
            {
                writer.Add(property.Name, property.Value);
            }
        }

        writer.Add(PropertyNames.Cluster, cluster);
        return writer.Written;
    }

    /// <summary>The same for one message of a batch: the batch's own properties follow the message's.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteStored(
        ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> batchProperties,
        ReadOnlySpan<byte> cluster,
        Span<byte> destination)
    {
        var written = 0;
        WriteKept(properties, destination, ref written);
        WriteKept(batchProperties, destination, ref written);
        if (!cluster.IsEmpty)
        {
            WritePair(new MessageProperty(PropertyNames.Cluster, cluster), destination, ref written);
        }

        return written;
    }

    /// <summary>The property string with one more pair at its end; everything before it stays as it is.</summary>
    public static byte[] With(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var separator = properties.IsEmpty || properties[^1] == PairSeparator ? 0 : 1;
        var longer = new byte[properties.Length + separator + name.Length + 1 + value.Length];
        properties.CopyTo(longer);
        var written = properties.Length;
        if (separator > 0)
        {
            longer[written++] = PairSeparator;
        }

        name.CopyTo(longer.AsSpan(written));
        written += name.Length;
        longer[written++] = NameValueSeparator;
        value.CopyTo(longer.AsSpan(written));
        return longer;
    }

    /// <summary>The properties as a dictionary of strings; for tools and tests.</summary>
    public static Dictionary<string, string> Decode(ReadOnlySpan<byte> properties)
    {
        var decoded = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in Enumerate(properties))
        {
            decoded[Encoding.UTF8.GetString(property.Name)] = Encoding.UTF8.GetString(property.Value);
        }

        return decoded;
    }

    /// <summary>The property string of some pairs, without a separator at the end; for tools and tests.</summary>
    /// <exception cref="ArgumentException">A name or value is empty or holds a separator: readers would see something else.</exception>
    public static byte[] Encode(IEnumerable<KeyValuePair<string, string>> properties)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in properties)
        {
            if (!CanBeWritten(name))
            {
                throw new ArgumentException($"\"{name}\" cannot be the name of a property", nameof(properties));
            }

            if (!CanBeWritten(value))
            {
                throw new ArgumentException($"property {name} cannot have the value \"{value}\"", nameof(properties));
            }

            if (text.Length > 0)
            {
                text.Append((char)PairSeparator);
            }

            text.Append(name).Append((char)NameValueSeparator).Append(value);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Splits a pair at its first U+0001; false when there is none, or nothing on one side of it.</summary>
    internal static bool TrySplit(ReadOnlySpan<byte> pair, out MessageProperty property)
    {
        var separator = pair.IndexOf(NameValueSeparator);
        if (separator <= 0 || separator == pair.Length - 1)
        {
            property = default;
            return false;
        }

        property = new MessageProperty(pair[..separator], pair[(separator + 1)..]);
        return true;
    }

    private static bool CanBeWritten(string text) =>
        text.Length > 0 && text.AsSpan().IndexOfAny((char)NameValueSeparator, (char)PairSeparator) < 0;

    private static bool IsKept(ReadOnlySpan<byte> name) =>
        !name.SequenceEqual(PropertyNames.Wait)
        && !name.SequenceEqual(PropertyNames.Cluster)
        && !name.StartsWith(PropertyNames.TransientPrefix);

    /// <summary>Length with a separator behind every pair.</summary>
    private static int KeptLength(ReadOnlySpan<byte> properties)
    {
        var length = 0;
        foreach (var property in Enumerate(properties))
        {
            if (IsKept(property.Name))
            {
                length += property.Name.Length + 1 + property.Value.Length + 1;
            }
        }

        return length;
    }

    private static void WriteKept(ReadOnlySpan<byte> properties, Span<byte> destination, ref int written)
    {
        foreach (var property in Enumerate(properties))
        {
            if (IsKept(property.Name))
            {
                WritePair(property, destination, ref written);
            }
        }
    }

    private static void WritePair(in MessageProperty property, Span<byte> destination, ref int written)
    {
        if (written > 0)
        {
            destination[written++] = PairSeparator;
        }

        property.Name.CopyTo(destination[written..]);
        written += property.Name.Length;
        destination[written++] = NameValueSeparator;
        property.Value.CopyTo(destination[written..]);
        written += property.Value.Length;
    }
}
