using System.Buffers;
using Rocket.Actors.Cluster;
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
    /// <summary>
    /// How many times the greatest message a batch may come to as it is stored: small messages grow by their fixed fields, and all of them by what
    /// they share, of which 32 KiB in a header could make gigabytes. (RocketMQ: once.)
    /// </summary>
    private const int StoredLimit = 2;

    /// <summary>Encodes the messages; null when that went well.</summary>
    public static SendRefusal? TryEncode(PendingSend send, in GatewayRequest request, in SendMessageRequest message)
    {
        var settings = request.Connection.Listener.Broker!.Settings;
        if (message.Topic.Length > TopicName.MaxLength)
        {
            return new SendRefusal(ResponseCode.MessageIllegal, "message topic length too long");
        }

        if (MessageRules.CheckSize(request.Body.Length, propertiesLength: 0, settings) is { } tooLong)
        {
            return tooLong;
        }

        // The batch's own properties go into every message, so what is not stored of them is taken out only once.
        var shared = ArrayPool<byte>.Shared.Rent(message.Properties.Length);
        try
        {
            var kept = MessageProperties.WriteStored(message.Properties, cluster: default, shared);
            return TryEncode(send, request, message, shared.AsSpan(0, kept), settings);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(shared);
        }
    }

    private static SendRefusal? TryEncode(
        PendingSend send, in GatewayRequest request, in SendMessageRequest message, ReadOnlySpan<byte> shared, BrokerSettings settings)
    {
        if (!TryMeasure(request, message, shared, out var bytes, out var error))
        {
            return new SendRefusal(ResponseCode.MessageIllegal, error);
        }

        var limit = (long)StoredLimit * settings.MaxMessageSize;
        if (bytes > limit)
        {
            return new SendRefusal(ResponseCode.MessageIllegal, $"message size exceeded: the messages of the batch come to more than {limit} bytes as they are stored");
        }

        var own = StoredProperties.Read(message.Properties);
        if (MessageRules.CheckInBatch(own) is { } kind)
        {
            return kind;
        }

        send.RentBuffer((int)bytes);
        send.WaitsForFlush = own.WaitsForFlush;
        return EncodeAll(send, request, message, shared);
    }

    /// <summary>Bytes that all records take, or of so many of them that they are over the limit; false when the batch is malformed or empty.</summary>
    private static bool TryMeasure(
        in GatewayRequest request, in SendMessageRequest message, ReadOnlySpan<byte> shared, out long bytes, out string error)
    {
        var cluster = request.Connection.Environment.ClusterName;
        var limit = (long)StoredLimit * request.Connection.Listener.Broker!.Settings.MaxMessageSize;
        var reader = new BatchBodyReader(request.Body);
        bytes = 0;
        while (bytes <= limit && reader.TryMoveNext())
        {
            bytes += MessageWriter.SizeOf(Fields(request, message, reader, default))
                + MessageProperties.StoredLength(reader.Properties, shared, cluster);
        }

        error = bytes == 0 && !reader.IsMalformed ? "the batch holds no message" : reader.Error;
        return error.Length == 0;
    }

    private static SendRefusal? EncodeAll(PendingSend send, in GatewayRequest request, in SendMessageRequest message, ReadOnlySpan<byte> shared)
    {
        var cluster = request.Connection.Environment.ClusterName;
        var settings = request.Connection.Listener.Broker!.Settings;
        var scratch = ArrayPool<byte>.Shared.Rent(MessageLayout.MaxPropertiesBytes);
        try
        {
            var start = 0;
            var reader = new BatchBodyReader(request.Body);
            while (reader.TryMoveNext())
            {
                var length = MessageProperties.StoredLength(reader.Properties, shared, cluster);
                var own = StoredProperties.Read(reader.Properties);
                if ((MessageRules.CheckSize(reader.Body.Length, length, settings) ?? MessageRules.CheckInBatch(own)) is { } refusal)
                {
                    return refusal;
                }

                var stored = scratch.AsSpan(0, MessageProperties.WriteStored(reader.Properties, shared, cluster, scratch));
                var fields = Fields(request, message, reader, stored);
                send.Add(start, fields, StoredProperties.Read(stored), own.TagHash);
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
