using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// HEART_BEAT (34): the client's groups exist, with their retry topics, its membership is known and every member was notified before it is answered.
/// The membership is the affair of the node that has the connection; the groups are the broker's, so the node that leads it makes them, from the
/// same frame.
/// </summary>
internal sealed class HeartbeatHandler : IRequestHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public RequestPlace Place => RequestPlace.Here;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        if (!ProtocolJson.TryParse<HeartbeatData>(request.Body, out var heartbeat, out var error))
        {
            answer.Answer(ResponseCode.SystemError, error);
            return ValueTask.CompletedTask;
        }

        // Before anything is made for it: one heartbeat could ask for thousands of groups.
        if (HeartbeatCheck.Refuse(heartbeat, request.Connection.Environment.Limits.MaxSubscriptionsPerHeartbeat) is { } refusal)
        {
            answer.Answer(ResponseCode.SystemError, refusal);
            return ValueTask.CompletedTask;
        }

        request.Connection.NoteClient(request.Header.Language, request.Header.Version);
        if (request.Connection.IsForwarded)
        {
            return AnswerGroupsAsync(heartbeat, request.Connection.Listener.Broker!, answer);
        }

        TellBrokenExpressions(heartbeat, request.Connection);

        return request.Connection is { Listener.Broker.Directory.IsLeading: false, Environment.Forwarder: { } forwarder }
            ? AnswerElsewhereAsync(heartbeat, request.Connection, answer, forwarder.SendErrandAsync(request))
            : AnswerAsync(heartbeat, request.Connection, answer);
    }

    /// <summary>They are no reason to refuse the client, which may consume other topics; its pulls of this one are answered 27.</summary>
    private static void TellBrokenExpressions(HeartbeatData heartbeat, GatewayConnection connection)
    {
        foreach (var consumer in heartbeat.ConsumerDataSet)
        {
            foreach (var subscription in consumer.SubscriptionDataSet)
            {
                if (!ExpressionTypes.IsTag(subscription.ExpressionType)
                    && !PropertyExpressions.Shared.TryGet(subscription.ExpressionType, subscription.SubString, out _, out var error))
                {
                    connection.Environment.ClientLog.BrokenExpression(connection.RemoteAddress, consumer.GroupName, subscription.Topic, error);
                }
            }
        }
    }

    /// <summary>The connection waits for it: the pulls that follow a heartbeat rely on the subscriptions in it.</summary>
    private static async ValueTask AnswerAsync(HeartbeatData heartbeat, GatewayConnection connection, PendingAnswer answer)
    {
        var known = await KnownConsumersAsync(heartbeat, connection.Listener.Broker!).ConfigureAwait(false);
        await JoinAsync(heartbeat with { ConsumerDataSet = known }, connection, answer).ConfigureAwait(false);
    }

    /// <summary>A client of another node: its groups only. One that may not be created is no error there either.</summary>
    private static async ValueTask AnswerGroupsAsync(HeartbeatData heartbeat, BrokerContext broker, PendingAnswer answer)
    {
        await KnownConsumersAsync(heartbeat, broker).ConfigureAwait(false);
        answer.Answer(ResponseCode.Success);
    }

    /// <summary>
    /// The broker is led elsewhere or by nobody. Its clients are members all the same, also of groups that do not exist yet: they ask every node who is.
    /// </summary>
    private static async ValueTask AnswerElsewhereAsync(HeartbeatData heartbeat, GatewayConnection connection, PendingAnswer answer, Task groups)
    {
        try
        {
            await groups.WaitAsync(Patience, connection.Environment.Time, connection.Closed).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A group that does not exist is made by its first pull, or by the next heartbeat.
        }

        await JoinAsync(heartbeat, connection, answer).ConfigureAwait(false);
    }

    private static async ValueTask JoinAsync(HeartbeatData heartbeat, GatewayConnection connection, PendingAnswer answer)
    {
        try
        {
            var outcome = await connection.Environment.Node.ClientsActor.Ask<object>(new ClientsProtocol.Heartbeat(connection, heartbeat), Patience).ConfigureAwait(false);
            if (outcome is ClientsProtocol.HeartbeatRefused refused)
            {
                connection.Environment.ClientLog.HeartbeatRefused(connection.RemoteAddress, refused.Error);
                answer.Answer(ResponseCode.SystemError, refused.Error);
            }
            else
            {
                answer.Answer(ResponseCode.Success);
            }
        }
        catch (AskTimeoutException)
        {
            // It comes again in 30 s, and counts nevertheless once it is dealt with.
            answer.Answer(ResponseCode.SystemBusy, $"[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while: heartbeats wait longer than {Patience.TotalSeconds} s");
        }
    }

    /// <summary>A group that may not be created is left out, as RocketMQ does: its pulls are answered 26.</summary>
    private static async ValueTask<List<ConsumerData>> KnownConsumersAsync(HeartbeatData heartbeat, BrokerContext broker)
    {
        var known = new List<ConsumerData>(heartbeat.ConsumerDataSet.Count);
        foreach (var consumer in heartbeat.ConsumerDataSet)
        {
            if (await BrokerQuestions.EnsureGroupAsync(broker, consumer.GroupName).ConfigureAwait(false) is BrokerProtocol.GroupAvailable)
            {
                known.Add(consumer);
            }
        }

        return known;
    }
}
