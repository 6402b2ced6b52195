using System.Buffers;
using System.Buffers.Binary;

namespace Rocket.Protocol.Messages;

/// <summary>Writes the messages of a batch's body, as <see cref="BatchBodyReader"/> reads them; for clients.</summary>
public static class BatchBodyWriter
{
    /// <summary>Bytes of one message within a batch.</summary>
    public static int SizeOf(int bodyLength, int propertiesLength) => checked(BatchBodyReader.FixedBytes + bodyLength + propertiesLength);

    /// <summary>Appends one message.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="flag">The application's flag.</param>
    /// <param name="body">Its body.</param>
    /// <param name="properties">Its property string, at most <see cref="MessageLayout.MaxPropertiesBytes"/>.</param>
    /// <exception cref="ArgumentException">The properties are too long.</exception>
    public static void Write(IBufferWriter<byte> output, int flag, ReadOnlySpan<byte> body, ReadOnlySpan<byte> properties)
    {
        if (properties.Length > MessageLayout.MaxPropertiesBytes)
        {
            throw new ArgumentException(
                $"{properties.Length} bytes of properties are over {MessageLayout.MaxPropertiesBytes}", nameof(properties));
        }

        var size = SizeOf(body.Length, properties.Length);
        var message = output.GetSpan(size)[..size];
        message[..BatchBodyReader.BodyAt].Clear();
        BinaryPrimitives.WriteInt32BigEndian(message, size);
        BinaryPrimitives.WriteInt32BigEndian(message[BatchBodyReader.FlagAt..], flag);
        BinaryPrimitives.WriteInt32BigEndian(message[BatchBodyReader.BodyLengthAt..], body.Length);
        body.CopyTo(message[BatchBodyReader.BodyAt..]);
        var rest = message[(BatchBodyReader.BodyAt + body.Length)..];
        BinaryPrimitives.WriteInt16BigEndian(rest, (short)properties.Length);
        properties.CopyTo(rest[sizeof(short)..]);
        output.Advance(size);
    }
}
