using System.Buffers.Binary;
using System.Text;

namespace Rocket.TestClient.Messages;

/// <summary>One message of a batch.</summary>
public sealed record BatchPart(ReadOnlyMemory<byte> Body, MessageProperties Properties, int Flag = 0);

/// <summary>
/// Body of a batch send (code 320), repeated for each part:
/// <code>int32 totalSize | int32 0 | int32 0 | int32 flag | int32 bodyLength | body | int16 propertiesLength | properties</code>
/// </summary>
public static class BatchBody
{
    public const int FixedBytes = (5 * 4) + 2;

    public static byte[] Encode(IEnumerable<BatchPart> parts)
    {
        using var output = new MemoryStream();
        foreach (var part in parts)
        {
            var properties = Encoding.UTF8.GetBytes(part.Properties.ToString());
            var record = new byte[FixedBytes + part.Body.Length + properties.Length];
            BinaryPrimitives.WriteInt32BigEndian(record, record.Length);
            BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(12), part.Flag);
            BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(16), part.Body.Length);
            part.Body.Span.CopyTo(record.AsSpan(20));
            BinaryPrimitives.WriteInt16BigEndian(record.AsSpan(20 + part.Body.Length), checked((short)properties.Length));
            properties.CopyTo(record.AsSpan(22 + part.Body.Length));
            output.Write(record);
        }

        return output.ToArray();
    }
}
