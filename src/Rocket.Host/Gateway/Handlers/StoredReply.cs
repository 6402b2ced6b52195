using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>An answer to a request message that is stored while it is pushed to who waits for it.</summary>
internal sealed class StoredReply(GatewayConnection connection) : StoredCopy
{
    private readonly TaskCompletionSource<bool> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True: it has its place in the queue, whether or not it is safe on the disk and elsewhere yet; false: it was not stored. Never faults.</summary>
    public Task<bool> Stored => _stored.Task;

    /// <summary>Encodes it and offers it to its queue, or gives it up when that takes nothing now.</summary>
    public void Store(in GatewayRequest request, in SendMessageRequest message, TopicHandle topic, int queueId)
    {
        if (topic.Queues[queueId] is not { } queue)
        {
            _stored.TrySetResult(false);
            return;
        }

        Encode(request, message, topic, queueId);
        if (!TryOffer(queue))
        {
            Reset();
            _stored.TrySetResult(false);
        }
    }

    /// <summary>Adds where it was stored; for one that was.</summary>
    public void AddReceipt(CommandEncoder encoder)
    {
        Span<byte> id = stackalloc byte[MessageId.V6Length];
        id = id[..MessageId.Format(connection.Listener.StoreHost, connection.Listener.StorePort, Records[0].PhysicalOffset, id)];
        SendMessageResponse.AddTo(encoder, id, Queue!.Id.Number, QueueOffset, SendMessageResponse.DefaultRegion, traceOn: true);
    }

    protected override void OnAnswered() => _stored.TrySetResult(
        Outcome is AppendOutcome.Stored or AppendOutcome.FlushTimeout or AppendOutcome.SlaveTimeout or AppendOutcome.SlaveUnavailable);

    private void Encode(in GatewayRequest request, in SendMessageRequest message, TopicHandle topic, int queueId)
    {
        var cluster = connection.Environment.ClusterName;
        var properties = new byte[MessageProperties.StoredLength(message.Properties, cluster)];
        MessageProperties.WriteStored(message.Properties, cluster, properties);
        Encode(new MessageFields
        {
            QueueId = queueId,
            Flag = message.Flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = connection.RemoteHost,
            BornPort = connection.Remote.Port,
            StoreHost = connection.Listener.StoreHost,
            StorePort = connection.Listener.StorePort,
            ReconsumeTimes = message.ReconsumeTimes,
            Body = request.Body,
            Topic = topic.Name.Span,
            Properties = properties,
        });
        WaitsForFlush = StoredProperties.Read(message.Properties).WaitsForFlush;
    }
}
