using System.Collections.Immutable;
using Rocket.Actors.Routing;
using Rocket.Actors.Wire;
using static Rocket.Actors.KeyValues.KeyValuesProtocol;

namespace Rocket.Actors.KeyValues;

/// <summary>
/// Settings as they travel.
/// <code>
/// share:   unsigned 1 | count | entry*
/// entry:   namespace | key | value | signed version | broker
/// value:   unsigned 0: deleted; unsigned 1 | text
/// order:   unsigned 1 | signed number | broker | namespace | key | value | signed known version
/// settled: unsigned 1 | signed number | signed code | remark | unsigned 0, or unsigned 1 | entry
/// </code>
/// The leading number is the layout's version. A node that does not know it keeps passing a share on and goes without it.
/// </summary>
internal static class KeyValueCodec
{
    private const ulong LayoutVersion = 1;

    public static PublishedPart Encode(KeyValueShare share)
    {
        var writer = Begin();
        writer.WriteUnsigned((ulong)share.Entries.Count);

        // In one order, so that equal shares are equal bytes.
        foreach (var entry in share.Entries.Values.OrderBy(entry => entry.Namespace, StringComparer.Ordinal).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Write(writer, entry);
        }

        return new PublishedPart(share.Stamp.Epoch, share.Stamp.Version, writer.ToPayload());
    }

    /// <exception cref="InvalidDataException">The payload has another layout or is damaged.</exception>
    public static KeyValueShare Decode(string broker, int index, PublishedPart part)
    {
        var reader = Open(part.Payload);
        var entries = ImmutableDictionary.CreateBuilder<KeyValueName, KeyValueEntry>();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            var entry = ReadEntry(reader);
            entries[entry.Name] = entry.Name.Share == index ? entry : throw new InvalidDataException($"{entry.Name} does not belong to share {index}.");
        }

        return new KeyValueShare(broker, index, new PartStamp(part.Epoch, part.Version), entries.ToImmutable());
    }

    public static byte[] Encode(WriteOrdered order)
    {
        var writer = Begin();
        writer.WriteSigned(order.Number);
        writer.WriteText(order.Broker);
        writer.WriteText(order.Name.Namespace);
        writer.WriteText(order.Name.Key);
        WriteValue(writer, order.Value);
        writer.WriteSigned(order.KnownVersion);
        return writer.ToPayload();
    }

    /// <exception cref="InvalidDataException">The bytes have another layout or are damaged.</exception>
    public static WriteOrdered DecodeOrder(byte[] bytes)
    {
        var reader = Open(bytes);
        return new WriteOrdered(
            reader.ReadSigned(), reader.ReadText(), new KeyValueName(reader.ReadText(), reader.ReadText()), ReadValue(reader), reader.ReadSigned());
    }

    public static byte[] Encode(WriteSettled settled)
    {
        var writer = Begin();
        writer.WriteSigned(settled.Number);
        writer.WriteSigned(settled.Code);
        writer.WriteText(settled.Remark);
        writer.WriteUnsigned(settled.Entry is null ? 0u : 1u);
        if (settled.Entry is { } entry)
        {
            Write(writer, entry);
        }

        return writer.ToPayload();
    }

    /// <exception cref="InvalidDataException">The bytes have another layout or are damaged.</exception>
    public static WriteSettled DecodeSettled(byte[] bytes)
    {
        var reader = Open(bytes);
        return new WriteSettled(reader.ReadSigned(), reader.ReadInt32(), reader.ReadText(), reader.ReadUnsigned() == 0 ? null : ReadEntry(reader));
    }

    private static PayloadWriter Begin()
    {
        var writer = new PayloadWriter();
        writer.WriteUnsigned(LayoutVersion);
        return writer;
    }

    private static PayloadReader Open(ReadOnlyMemory<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var version = reader.ReadUnsigned();
        return version == LayoutVersion ? reader : throw new InvalidDataException($"Layout version {version} of the name server's settings is not known here.");
    }

    private static void Write(PayloadWriter writer, KeyValueEntry entry)
    {
        writer.WriteText(entry.Namespace);
        writer.WriteText(entry.Key);
        WriteValue(writer, entry.Value);
        writer.WriteSigned(entry.Version);
        writer.WriteText(entry.Broker);
    }

    private static KeyValueEntry ReadEntry(PayloadReader reader) =>
        new(reader.ReadText(), reader.ReadText(), ReadValue(reader), reader.ReadSigned(), reader.ReadText());

    private static void WriteValue(PayloadWriter writer, string? value)
    {
        writer.WriteUnsigned(value is null ? 0u : 1u);
        if (value is not null)
        {
            writer.WriteText(value);
        }
    }

    private static string? ReadValue(PayloadReader reader) => reader.ReadUnsigned() == 0 ? null : reader.ReadText();
}
