using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Host.Gateway.Calls;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// INVOKE_BROKER_TO_RESET_OFFSET (222): winds a group that is online back, or on, to a time. The broker keeps no new offsets: it tells every member (220), and each one commits those of its own queues.
/// </summary>
internal sealed class ResetOffsetHandler(ILogger logger) : QuestionHandler<ResetOffsetRequest>(logger)
{
    /// <summary>Timestamp that stands for the end.</summary>
    private const long End = -1;

    protected override async Task AnswerAsync(ResetOffsetRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var resets = connection.Environment.Calls.Resets;
        if (!resets.TryTake())
        {
            answer.Answer(ResponseCode.SystemBusy, $"[reset-offset] the offsets of {ClientCalls.MostResets} groups are being reset already, ask again later");
            return;
        }

        try
        {
            await ResetAsync(question, connection, answer).ConfigureAwait(false);
        }
        finally
        {
            resets.Return();
        }
    }

    private static async Task ResetAsync(ResetOffsetRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var broker = connection.Listener.Broker!;
        if (!broker.Directory.TryGetTopic(question.Topic, out var topic))
        {
            answer.Answer(ResponseCode.SystemError, $"[reset-offset] reset offset failed, no topic in this broker. topic={question.Topic}");
            return;
        }

        var committed = await GroupQuestions.CommittedAsync(broker, question.Group).ConfigureAwait(false);
        if (!TryFindOffsets(question, broker, topic, committed, out var offsets, out var remark))
        {
            answer.Answer(ResponseCode.SystemError, remark);
            return;
        }

        if (!connection.Environment.Node.Clients.TryGetGroup(question.Group, out var group))
        {
            answer.Answer(
                ResponseCode.ConsumerNotOnline,
                $"Consumer not online, so can not reset offset, Group: {question.Group} Topic: {question.Topic} Timestamp: {question.Timestamp}");
            return;
        }

        // Before anybody is told: half a group that is wound back is worse than none.
        if (group.Members.FirstOrDefault(member => member.Version < ProtocolVersion.OffsetReset) is { } old)
        {
            answer.Answer(ResponseCode.SystemError, $"the client does not support this feature. version={old.Version}");
            return;
        }

        await TellAsync(question, offsets, connection.Environment.Calls).ConfigureAwait(false);
        answer.Answer(ResponseCode.Success, body: offsets.ToBody());
    }

    private static Task<int> TellAsync(ResetOffsetRequest question, QueueOffsets offsets, ClientCalls calls)
    {
        var header = new ResetOffsetRequest(question.Topic, question.Group, question.Timestamp, IsForce: false);
        var keyed = ClientRequest.Of(RequestCode.ResetConsumerClientOffset, header, offsets.ToBody());
        var listed = ClientRequest.Of(RequestCode.ResetConsumerClientOffset, header, offsets.ToListBody());
        return calls.TellConsumersAsync(question.Group, member => member.Language == LanguageCode.Cpp ? listed : keyed);
    }

    private static bool TryFindOffsets(
        ResetOffsetRequest question,
        BrokerContext broker,
        TopicHandle topic,
        IReadOnlyDictionary<QueueId, long> committed,
        out QueueOffsets offsets,
        out string remark)
    {
        var table = new List<KeyValuePair<MessageQueue, long>>(topic.Config.WriteQueueNums);
        (offsets, remark) = (new QueueOffsets(table), string.Empty);
        for (var queueId = 0; queueId < topic.Config.WriteQueueNums; queueId++)
        {
            if (!committed.TryGetValue(new QueueId(question.Topic, queueId), out var consumed))
            {
                remark = $"THe consumer group <{question.Group}> not exist";
                return false;
            }

            if (!QueueLookup.TryFind(broker, question.Topic, queueId, out var queue))
            {
                remark = BrokerRemarks.Damaged(question.Topic, queueId);
                return false;
            }

            var wanted = question.Timestamp == End ? queue.VisibleOffset : SearchOffsetHandler.Find(queue, question.Timestamp);
            var offset = question.IsForce ? wanted : Math.Min(wanted, consumed);
            table.Add(KeyValuePair.Create(new MessageQueue(broker.Settings.Name, queueId, question.Topic), offset));
        }

        return true;
    }
}
