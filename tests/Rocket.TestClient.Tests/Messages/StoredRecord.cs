using System.Buffers.Binary;
using System.Net;
using System.Text;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Tests.Messages;

/// <summary>Writes stored messages field by field, as the protocol document lists them.</summary>
internal static class StoredRecord
{
    public static byte[] Write(
        int version, bool v6, ReadOnlySpan<byte> body, string topic, string properties, int systemFlag = 0, int queueId = 3, long queueOffset = 5, long physicalOffset = 6)
    {
        var address = (v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback).GetAddressBytes();
        var output = new ByteBuffer();
        Int32(output, 0);
        Int32(output, unchecked((int)(version == 1 ? 0xDAA320A7 : 0xDAA320AB)));
        Int32(output, BodyChecksum.Of(body));
        Int32(output, queueId);
        Int32(output, 4);
        Int64(output, queueOffset);
        Int64(output, physicalOffset);
        Int32(output, systemFlag | (v6 ? SystemFlag.BornHostV6 | SystemFlag.StoreHostV6 : 0));
        Int64(output, 7);
        output.Write(address);
        Int32(output, 1000);
        Int64(output, 8);
        output.Write(address);
        Int32(output, 10911);
        Int32(output, 9);
        Int64(output, 10);
        Int32(output, body.Length);
        output.Write(body);
        output.Write(version == 1 ? [(byte)topic.Length] : [(byte)(topic.Length >> 8), (byte)topic.Length]);
        output.Write(Encoding.UTF8.GetBytes(topic));
        var text = Encoding.UTF8.GetBytes(properties);
        output.Write([(byte)(text.Length >> 8), (byte)text.Length]);
        output.Write(text);
        BinaryPrimitives.WriteInt32BigEndian(output.Written, output.Length);
        return output.Written.ToArray();
    }

    private static void Int32(ByteBuffer output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static void Int64(ByteBuffer output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }
}
