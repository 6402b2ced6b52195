using System.Buffers;
using Rocket.Actors.Topics;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Turns a send of one message into the record that is stored, the only time that its body is copied before its queue takes it, and offers it to that queue.</summary>
internal static class SingleMessage
{
    private const int LargestOnStack = 1024;

    /// <summary>Stores the message, or refuses it.</summary>
    /// <param name="send">Takes the record.</param>
    /// <param name="request">The request.</param>
    /// <param name="message">Its header.</param>
    /// <param name="topic">The topic that it is for; the header's, but for a message that was retried too often.</param>
    /// <param name="wishedQueue">The queue that it is for; negative: any.</param>
    public static void Store(PendingSend send, in GatewayRequest request, in SendMessageRequest message, TopicHandle topic, int wishedQueue)
    {
        var properties = StoredProperties.Read(message.Properties);
        if (QueueOffer.Choose(send, topic, wishedQueue, out var queueId) is { } illegal)
        {
            send.Refuse(illegal.Code, illegal.Remark);
        }
        else if ((WaitingRoom.Find(request, message, properties, topic, queueId, out var place) ?? TryEncode(send, request, message, properties, place)) is { } refusal)
        {
            send.Refuse(refusal.Code, refusal.Remark);
        }
        else
        {
            QueueOffer.Offer(send, place.Topic, place.QueueId, queueId);
        }
    }

    private static SendRefusal? TryEncode(
        PendingSend send, in GatewayRequest request, in SendMessageRequest message, in StoredProperties properties, in StoragePlace place)
    {
        var settings = request.Connection.Listener.Broker!.Settings;
        var cluster = request.Connection.Environment.ClusterName;
        var length = MessageProperties.StoredLength(message.Properties, cluster) + place.AddedLength;
        if (MessageRules.CheckSize(request.Body.Length, length, settings) is { } tooLong)
        {
            return tooLong;
        }

        var rented = length > LargestOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> stored = rented ?? stackalloc byte[LargestOnStack];
        stored = stored[..place.WriteProperties(message.Properties, cluster, stored)];
        var fields = new MessageFields
        {
            Flag = message.Flag,
            SysFlag = place.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = request.Connection.RemoteHost,
            BornPort = request.Connection.Remote.Port,
            StoreHost = request.Connection.Listener.StoreHost,
            StorePort = request.Connection.Listener.StorePort,
            ReconsumeTimes = message.ReconsumeTimes,
            Body = request.Body,
            Topic = place.Topic.Name.Span,
            Properties = stored,
        };
        send.RentBuffer(MessageWriter.SizeOf(fields));
        send.WaitsForFlush = properties.WaitsForFlush || place.IsHalf;
        send.IsHalf = place.IsHalf;
        send.Add(0, fields, properties, place.TagHashOf(properties));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return null;
    }
}
