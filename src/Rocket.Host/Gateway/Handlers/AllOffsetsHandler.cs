using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// GET_ALL_CONSUMER_OFFSET (43): every committed offset that is durable, so that one may be up to a second old. Held until the broker has recovered, as other
/// questions about offsets are.
/// </summary>
internal sealed class AllOffsetsHandler : IRequestHandler
{
    public WithoutLeader WithoutLeader => WithoutLeader.Hold;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        _ = AnswerOrFailAsync(request.Connection.Listener.Broker!, new PendingAnswer(request.Connection, request.Address, request.Charge));
        return ValueTask.CompletedTask;
    }

    private static async Task AnswerOrFailAsync(BrokerContext broker, PendingAnswer answer)
    {
        try
        {
            await AnswerAsync(broker, answer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (answer.Connection.Closed.IsCancellationRequested)
        {
            answer.Completed();
        }
        catch (Exception exception)
        {
            answer.Answer(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private static async Task AnswerAsync(BrokerContext broker, PendingAnswer answer)
    {
        if (!await QueueLookup.AwaitLeadingAsync(broker, answer.Connection).ConfigureAwait(false))
        {
            answer.Completed();
            return;
        }

        switch (await BrokerQuestions.AllOffsetsAsync(broker).ConfigureAwait(false))
        {
            case MetadataProtocol.AllOffsets all:
                AnswerBody.Answer(answer, ProtocolJson.Serialize(new ConsumerOffsetTable { Offsets = TableOf(all.Offsets) }));
                break;
            case BrokerProtocol.Refused refused:
                answer.Answer(refused.Code, refused.Remark);
                break;
        }
    }

    private static SortedDictionary<string, IReadOnlyDictionary<int, long>> TableOf(IReadOnlyList<TopicOffsets> offsets)
    {
        var table = new SortedDictionary<string, IReadOnlyDictionary<int, long>>(StringComparer.Ordinal);
        foreach (var ofTopic in offsets)
        {
            var byQueue = new SortedDictionary<int, long>();
            foreach (var offset in ofTopic.OneByOne())
            {
                byQueue[offset.QueueId] = offset.Offset;
            }

            table[$"{ofTopic.Topic}@{ofTopic.Group}"] = byQueue;
        }

        return table;
    }
}
