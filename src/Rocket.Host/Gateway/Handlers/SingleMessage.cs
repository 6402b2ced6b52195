using System.Buffers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Turns a send of one message into the record that is stored: the only time that its body is copied before its queue takes it.</summary>
internal static class SingleMessage
{
    private const int LargestOnStack = 1024;

    /// <summary>Encodes the message; null when that went well.</summary>
    /// <param name="send">Takes the record.</param>
    /// <param name="request">The request.</param>
    /// <param name="message">Its header.</param>
    /// <param name="topic">The topic that it is stored in; the header's, but for a message that was retried too often.</param>
    public static SendRefusal? TryEncode(PendingSend send, in GatewayRequest request, in SendMessageRequest message, ReadOnlySpan<byte> topic)
    {
        var settings = request.Connection.Listener.Broker!.Settings;
        var properties = StoredProperties.Read(message.Properties);
        var cluster = request.Connection.Environment.ClusterName;
        var length = MessageProperties.StoredLength(message.Properties, cluster);
        if ((MessageRules.CheckSize(request.Body.Length, length, settings) ?? MessageRules.CheckKind(properties, request.Connection.Environment.Node.Settings)) is { } refusal)
        {
            return refusal;
        }

        var rented = length > LargestOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> stored = rented ?? stackalloc byte[LargestOnStack];
        stored = stored[..MessageProperties.WriteStored(message.Properties, cluster, stored)];
        var fields = new MessageFields
        {
            Flag = message.Flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = request.Connection.RemoteHost,
            BornPort = request.Connection.Remote.Port,
            StoreHost = request.Connection.Listener.StoreHost,
            StorePort = request.Connection.Listener.StorePort,
            ReconsumeTimes = message.ReconsumeTimes,
            Body = request.Body,
            Topic = topic,
            Properties = stored,
        };
        send.RentBuffer(MessageWriter.SizeOf(fields));
        send.WaitsForFlush = properties.WaitsForFlush;
        send.Add(0, fields, properties);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return null;
    }
}
