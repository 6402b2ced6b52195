using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Calls;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// GET_CONSUMER_RUNNING_INFO (307) and CONSUME_MESSAGE_DIRECTLY (309): a tool asks one client of a group something, by way of the broker. What it says goes to the client, wherever that is connected, and
/// the client's answer comes back as it is; with 309 goes the message that it names.
/// </summary>
internal sealed partial class RelayHandler : IRequestHandler
{
    private readonly ILogger _logger;
    private readonly bool _bringsMessage;

    private RelayHandler(ILogger logger, bool bringsMessage) => (_logger, _bringsMessage) = (logger, bringsMessage);

    /// <summary>For 307.</summary>
    public static RelayHandler RunningInfo(ILogger logger) => new(logger, bringsMessage: false);

    /// <summary>For 309.</summary>
    public static RelayHandler ConsumeDirectly(ILogger logger) => new(logger, bringsMessage: true);

    /// <summary>The message is where the broker is led; every node finds the client.</summary>
    public RequestPlace Place => _bringsMessage ? RequestPlace.Leader : RequestPlace.Here;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        if (!TryRead(request.Header, out var question, out var error))
        {
            answer.Answer(ResponseCode.SystemError, error);
            return ValueTask.CompletedTask;
        }

        // The tool's own words, also those that are not known here.
        var fields = RelayedFields.Of(request.Header);
        _ = RelayOrFailAsync(question, fields, request.Header.Code, request.Body.ToArray(), answer);
        return ValueTask.CompletedTask;
    }

    private bool TryRead(CommandHeader header, out Question question, out string error)
    {
        question = default;
        if (_bringsMessage)
        {
            var isRead = ConsumeMessageDirectlyRequest.TryRead(header, out var direct, out error);
            question = isRead ? new Question(direct!.ConsumerGroup, direct.ClientId ?? string.Empty, direct.MessageId) : default;
            return isRead;
        }

        var isInfo = ConsumerRunningInfoRequest.TryRead(header, out var info, out error);
        question = isInfo ? new Question(info!.ConsumerGroup, info.ClientId, null) : default;
        return isInfo;
    }

    private async Task RelayOrFailAsync(
        Question question, IReadOnlyList<KeyValuePair<string, string>> fields, int code, ReadOnlyMemory<byte> body, PendingAnswer answer)
    {
        try
        {
            await RelayAsync(question, fields, code, body, answer).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (answer.Connection.Environment.ClientLog.TryTakeLine())
            {
                LogFailed(_logger, exception, code, answer.Connection.RemoteAddress);
            }

            answer.Answer(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task RelayAsync(
        Question question, IReadOnlyList<KeyValuePair<string, string>> fields, int code, ReadOnlyMemory<byte> body, PendingAnswer answer)
    {
        var environment = answer.Connection.Environment;
        var notOnline = $"The Consumer <{question.Group}> <{question.ClientId}> not online";
        if (Find(environment, question) is not { } member)
        {
            answer.Answer(ResponseCode.SystemError, notOnline);
            return;
        }

        if (member.Version < ProtocolVersion.RelayedRequests)
        {
            answer.Answer(
                ResponseCode.SystemError,
                $"The Consumer <{question.ClientId}> Version <{member.Version}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT");
            return;
        }

        var bringBody = () => body;
        if (_bringsMessage)
        {
            if (!TryFindMessage(question, answer, ref bringBody))
            {
                return;
            }

            if (RelayedFields.With(fields, "brokerName", answer.Connection.Listener.Broker!.Settings.Name) is not { } named)
            {
                answer.Answer(
                    ResponseCode.SystemError,
                    $"the request has {fields.Count} extFields, which is all that a header may have, and the broker has to add brokerName: leave one out");
                return;
            }

            fields = named;
        }

        if (!TryTakePlace(answer))
        {
            return;
        }

        ClientAnswer answered;
        try
        {
            // The message is read when somebody takes it.
            answered = await environment.Calls
                .CallAsync(question.ClientId, () => new ClientRequest(code, encoder => RelayedFields.AddTo(encoder, fields), bringBody()))
                .ConfigureAwait(false);
        }
        finally
        {
            environment.Calls.Relays.Return();
            answer.Connection.Relays.Return();
        }

        switch (answered.Outcome)
        {
            case ClientCallOutcome.Answered:
                answer.Answer(answered.Code, answered.Remark, encoder => RelayedFields.AddTo(encoder, answered.Fields), answered.Body);
                break;
            case ClientCallOutcome.NotConnected:
                answer.Answer(ResponseCode.SystemError, notOnline);
                break;
            case ClientCallOutcome.TimedOut:
                answer.Answer(
                    ResponseCode.ConsumeMsgTimeout,
                    $"consumer <{question.Group}> <{question.ClientId}> Timeout: no answer within {IClientCalls.DefaultPatience.TotalSeconds:0} s");
                break;
            default:
                answer.Answer(ResponseCode.SystemError, $"invoke consumer <{question.Group}> <{question.ClientId}> Exception: {ReasonOf(answered.Outcome)}");
                break;
        }
    }

    private static string ReasonOf(ClientCallOutcome outcome) =>
        outcome == ClientCallOutcome.Lost ? "its connection ended before it answered" : "too much waits for it already";

    private static ConsumerMember? Find(GatewayEnvironment environment, Question question) =>
        environment.Node.Clients.TryGetGroup(question.Group, out var group)
            ? group.Members.FirstOrDefault(member => member.ClientId == question.ClientId)
            : null;

    /// <summary>False: too many are under way already, which was answered.</summary>
    private static bool TryTakePlace(PendingAnswer answer)
    {
        if (!answer.Connection.Relays.TryTake())
        {
            answer.Answer(
                ResponseCode.SystemBusy,
                $"{GatewayConnection.MostRelays} requests of this connection to clients are not answered yet, ask again when one of them is");
            return false;
        }

        if (answer.Connection.Environment.Calls.Relays.TryTake())
        {
            return true;
        }

        answer.Connection.Relays.Return();
        answer.Answer(ResponseCode.SystemBusy, $"{ClientCalls.MostRelays} requests of tools to clients are not answered yet, ask again later");
        return false;
    }

    /// <summary>
    /// Finds the message that the tool names; without a name it is what the tool brings. It counts as what the tool has not been answered, since the node keeps it until then. False: there is none, which
    /// was answered.
    /// </summary>
    private static bool TryFindMessage(Question question, PendingAnswer answer, ref Func<ReadOnlyMemory<byte>> bringBody)
    {
        if (!MessageId.TryParse(question.MessageId, out var address))
        {
            if (!bringBody().IsEmpty)
            {
                return true;
            }

            answer.Answer(ResponseCode.SystemError, $"can not find message by the id, {question.MessageId}");
            return false;
        }

        var directory = answer.Connection.Listener.Broker!.Directory;
        if (!directory.TryLocate(address.PhysicalOffset, out var queue, out var position)
            || !queue.Reader.TryFindAt(position, out var offset, out var entry)
            || offset >= queue.VisibleOffset)
        {
            answer.Answer(ResponseCode.SystemError, $"can not find message by the offset, {address.PhysicalOffset}");
            return false;
        }

        answer.Charge(entry.Size);
        bringBody = () =>
        {
            var bytes = new byte[entry.Size];
            queue.Reader.ReadPayload(entry, bytes);
            return bytes;
        };
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Code} of {Remote} could not be passed on")]
    private static partial void LogFailed(ILogger logger, Exception exception, int code, string remote);

    /// <summary>Whom it is for.</summary>
    private readonly record struct Question(string Group, string ClientId, string? MessageId);
}
