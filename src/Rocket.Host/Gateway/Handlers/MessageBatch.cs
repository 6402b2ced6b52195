using System.Buffers;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// Turns a batch into its records. They go into one append and so into one write; their offsets follow one another without a gap.
/// </summary>
internal static class MessageBatch
{
    /// <summary>Encodes the messages; null when that went well.</summary>
    public static SendRefusal? TryEncode(PendingSend send, in GatewayRequest request, in SendMessageRequest message)
    {
        var settings = request.Connection.Listener.Broker!.Settings;
        if (TopicName.IsRetry(message.Topic))
        {
            return new SendRefusal(ResponseCode.MessageIllegal, "batch request does not support retry group");
        }

        if (message.Topic.Length > TopicName.MaxLength)
        {
            return new SendRefusal(ResponseCode.MessageIllegal, "message topic length too long");
        }

        if (MessageRules.CheckSize(request.Body.Length, propertiesLength: 0, settings) is { } tooLong)
        {
            return tooLong;
        }

        if (!TryMeasure(request, message, out var bytes, out var error))
        {
            return new SendRefusal(ResponseCode.MessageIllegal, error);
        }

        var shared = StoredProperties.Read(message.Properties);
        if (MessageRules.CheckKind(shared, request.Connection.Environment.Node.Settings) is { } kind)
        {
            return kind;
        }

        send.RentBuffer(bytes);
        send.WaitsForFlush = shared.WaitsForFlush;
        return EncodeAll(send, request, message);
    }

    /// <summary>Bytes that all records take; false when the batch is malformed or empty.</summary>
    private static bool TryMeasure(in GatewayRequest request, in SendMessageRequest message, out int bytes, out string error)
    {
        var cluster = request.Connection.Environment.ClusterName;
        var reader = new BatchBodyReader(request.Body);
        var total = 0L;
        while (reader.TryMoveNext())
        {
            total += MessageWriter.SizeOf(Fields(request, message, reader, default))
                + MessageProperties.StoredLength(reader.Properties, message.Properties, cluster);
        }

        error = total == 0 && !reader.IsMalformed ? "the batch holds no message" : reader.Error;
        bytes = (int)Math.Min(total, int.MaxValue);
        return error.Length == 0;
    }

    private static SendRefusal? EncodeAll(PendingSend send, in GatewayRequest request, in SendMessageRequest message)
    {
        var cluster = request.Connection.Environment.ClusterName;
        var settings = request.Connection.Listener.Broker!.Settings;
        var scratch = ArrayPool<byte>.Shared.Rent(2 * MessageLayout.MaxPropertiesBytes);
        try
        {
            var start = 0;
            var reader = new BatchBodyReader(request.Body);
            while (reader.TryMoveNext())
            {
                var length = MessageProperties.StoredLength(reader.Properties, message.Properties, cluster);
                var own = StoredProperties.Read(reader.Properties);
                if ((MessageRules.CheckSize(reader.Body.Length, length, settings)
                    ?? MessageRules.CheckKind(own, request.Connection.Environment.Node.Settings)) is { } refusal)
                {
                    return refusal;
                }

                MessageProperties.WriteStored(reader.Properties, message.Properties, cluster, scratch);
                var stored = scratch.AsSpan(0, length);
                var fields = Fields(request, message, reader, stored);
                send.Add(start, fields, StoredProperties.Read(stored));
                start += MessageWriter.SizeOf(fields);
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static MessageFields Fields(
        in GatewayRequest request, in SendMessageRequest message, in BatchBodyReader reader, ReadOnlySpan<byte> properties) => new()
        {
            Flag = reader.Flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = request.Connection.RemoteHost,
            BornPort = request.Connection.Remote.Port,
            StoreHost = request.Connection.Listener.StoreHost,
            StorePort = request.Connection.Listener.StorePort,
            ReconsumeTimes = message.ReconsumeTimes,
            Body = reader.Body,
            Topic = message.Topic,
            Properties = properties,
        };
}
