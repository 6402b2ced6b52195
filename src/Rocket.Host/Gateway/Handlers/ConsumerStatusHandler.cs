using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Calls;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223): the offsets that the members of a group hold at the moment, by asking each of them (221). Who does not answer in time, or answers something else, is left out.
/// </summary>
internal sealed partial class ConsumerStatusHandler(ILogger logger) : FanOutHandler<ConsumerStatusRequest>(logger)
{
    /// <summary>How long one member may take: shorter than all of them together, so that those behind silent ones are asked, too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Members that are asked at once.</summary>
    private const int AtOnce = 64;

    /// <summary>Bytes that a member may answer, enough for ten thousand queues; what is longer is not even looked at.</summary>
    private const int GreatestStatus = 1 << 20;

    /// <summary>The answer stays within one frame.</summary>
    private const int GreatestBody = 15 << 20;

    /// <summary>Bytes that a queue takes in the answer at least, however few the member spends on it.</summary>
    private const int LeastQueueBytes = 40;

    private readonly ILogger _logger = logger;

    public override RequestPlace Place => RequestPlace.Here;

    protected override async Task AnswerAsync(ConsumerStatusRequest question, GatewayConnection connection, PendingAnswer answer, CancellationToken end)
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

        var wanted = group.Members.Where(member => string.IsNullOrWhiteSpace(question.ClientAddress) || question.ClientAddress == member.ClientId).ToList();
        if (await AskAsync(question, wanted, connection.Environment, end).ConfigureAwait(false) is not { } statuses
            || QueueOffsets.ToConsumerTable(statuses) is not { Length: <= GreatestBody } body)
        {
            answer.Answer(
                ResponseCode.SystemError, $"the offsets of {wanted.Count} consumers are too many for one answer, ask for one of them (clientAddr)");
            return;
        }

        answer.Answer(ResponseCode.Success, body: body);
    }

    /// <summary>What the members have said until the end; null: it is too much.</summary>
    private async Task<List<KeyValuePair<string, QueueOffsets>>?> AskAsync(
        ConsumerStatusRequest question, List<ConsumerMember> members, GatewayEnvironment environment, CancellationToken end)
    {
        var request = ClientRequest.Of(RequestCode.GetConsumerStatusFromClient, new ConsumerStatusRequest(question.Topic, question.Group));
        var statuses = new QueueOffsets?[members.Count];
        var bytes = 0L;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(end);
        try
        {
            await Parallel.ForAsync(0, members.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = enough.Token }, async (index, cancellation) =>
            {
                var answered = await environment.Calls.CallAsync(members[index].ClientId, request, Patience).WaitAsync(cancellation).ConfigureAwait(false);
                if (Read(answered, members[index], question.Group, environment.ClientLog) is not { } status)
                {
                    return;
                }

                statuses[index] = status;
                if (Interlocked.Add(ref bytes, Math.Max(answered.Body.Length, (long)LeastQueueBytes * status.Offsets.Count)) > GreatestBody)
                {
                    await enough.CancelAsync().ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // Time is over, or it is too much.
        }

        return Volatile.Read(ref bytes) > GreatestBody
            ? null
            : [.. members.Zip(statuses).Where(pair => pair.Second is not null).Select(pair => KeyValuePair.Create(pair.First.ClientId, pair.Second!))];
    }

    /// <summary>Null: it is no status, or none that is looked at.</summary>
    private QueueOffsets? Read(ClientAnswer answered, ConsumerMember member, string group, ClientLog log)
    {
        if (answered.Body.Length > GreatestStatus)
        {
            if (log.TryTakeLine())
            {
                LogTooLong(_logger, member.ClientId, group, answered.Body.Length, GreatestStatus);
            }

            return null;
        }

        return answered.IsSuccess && QueueOffsets.TryParseStatus(answered.Body.Span, out var status) ? status : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The offsets that {Client} of group {Group} tells are left out: {Bytes} bytes are more than {Limit}")]
    private static partial void LogTooLong(ILogger logger, string client, string group, int bytes, int limit);
}
