using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 38.</summary>
public sealed class ConsumerListAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyList<string> ClientIds => [.. ProtocolJson.Parse(Body).Root.Items("consumerIdList").Select(id => id.GetString()!)];
}

/// <summary>Joining and leaving groups.</summary>
public static class GroupCalls
{
    /// <summary>The answer's <c>Command.Version</c> is what clients take for the broker's version.</summary>
    public static async Task<Answer> HeartbeatAsync(
        this RemotingConnection connection, Heartbeat heartbeat, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.HeartBeat, Body = heartbeat.ToJson() }, timeout, cancellation).ConfigureAwait(false));

    /// <summary>Asks whether the broker understands a subscription (code 46); clients do so before they start, for conditions over properties.</summary>
    public static async Task<Answer> CheckClientConfigAsync(
        this RemotingConnection connection,
        string clientId,
        string consumerGroup,
        SubscriptionData subscription,
        TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.CheckClientConfig, Body = new ClientConfig(clientId, consumerGroup, subscription).ToJson() },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<Answer> UnregisterAsync(
        this RemotingConnection connection,
        string clientId,
        string? producerGroup = null,
        string? consumerGroup = null,
        TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.UnregisterClient,
                Fields = new HeaderFields { { "clientID", clientId }, { "producerGroup", producerGroup }, { "consumerGroup", consumerGroup } },
            },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<ConsumerListAnswer> ConsumerListAsync(
        this RemotingConnection connection, string consumerGroup, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetConsumerListByGroup, Fields = new HeaderFields { { "consumerGroup", consumerGroup } } },
            timeout,
            cancellation).ConfigureAwait(false));
}
