using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Calls;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223): the offsets that the members of a group hold at the moment, by asking each of them (221). Who does not answer, or answers something else, is left out.
/// </summary>
internal sealed class ConsumerStatusHandler(ILogger logger) : QuestionHandler<ConsumerStatusRequest>(logger)
{
    /// <summary>Tools wait 5 s; what the others say has to reach them although one says nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Members that are asked at once: each answer may be large.</summary>
    private const int AtOnce = 64;

    /// <summary>The answer stays within one frame.</summary>
    private const int GreatestBody = 15 << 20;

    public override RequestPlace Place => RequestPlace.Here;

    protected override async Task AnswerAsync(ConsumerStatusRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (!connection.Environment.Node.Clients.TryGetGroup(question.Group, out var group))
        {
            answer.Answer(ResponseCode.SystemError, $"No Any Consumer online in the consumer group: [{question.Group}]");
            return;
        }

        if (group.Members.FirstOrDefault(member => member.Version < ProtocolVersion.OffsetReset) is { } old)
        {
            answer.Answer(ResponseCode.SystemError, $"the client does not support this feature. version={old.Version}");
            return;
        }

        var wanted = group.Members.Where(member => string.IsNullOrWhiteSpace(question.ClientAddress) || question.ClientAddress == member.ClientId);
        var statuses = await AskAsync(question, [.. wanted], connection.Environment.Calls).ConfigureAwait(false);
        var body = QueueOffsets.ToConsumerTable(statuses);
        if (body.Length > GreatestBody)
        {
            answer.Answer(ResponseCode.SystemError, $"the offsets of {statuses.Count} consumers are too many for one answer, ask for one of them (clientAddr)");
            return;
        }

        answer.Answer(ResponseCode.Success, body: body);
    }

    private static async Task<List<KeyValuePair<string, QueueOffsets>>> AskAsync(
        ConsumerStatusRequest question, IReadOnlyList<ConsumerMember> members, ClientCalls calls)
    {
        var request = ClientRequest.Of(RequestCode.GetConsumerStatusFromClient, new ConsumerStatusRequest(question.Topic, question.Group));
        var answers = new QueueOffsets?[members.Count];
        await Parallel.ForAsync(0, members.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, _) =>
        {
            var answered = await calls.CallAsync(members[index].ClientId, request, Patience).ConfigureAwait(false);
            answers[index] = answered.IsSuccess && QueueOffsets.TryParseStatus(answered.Body.Span, out var offsets) ? offsets : null;
        }).ConfigureAwait(false);
        return [.. members.Zip(answers).Where(pair => pair.Second is not null).Select(pair => KeyValuePair.Create(pair.First.ClientId, pair.Second!))];
    }
}
