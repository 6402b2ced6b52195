using System.Text.Json;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 222.</summary>
public sealed class ResetOffsetAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyDictionary<MessageQueue, long> Offsets => QueueOffsetTable.Parse(Body, "offsetTable");
}

/// <summary>Answer to 223.</summary>
public sealed class ConsumerStatusAnswer(RemotingCommand command) : Answer(command)
{
    /// <summary>By client id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<MessageQueue, long>> Clients => QueueOffsetTable.ParseByClient(Body, "consumerTable");
}

/// <summary>Answer to 300.</summary>
public sealed class GroupListAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyList<string> Groups => [.. ProtocolJson.Parse(Body).Root.Items("groupList").Select(group => group.GetString()!)];
}

/// <summary>One client in an answer to 203 or 204.</summary>
public sealed record ClientConnection(string ClientId, string ClientAddress, string Language, int Version);

/// <summary>Answer to 203 and 204.</summary>
public sealed class ConnectionListAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyList<ClientConnection> Connections =>
    [
        .. ProtocolJson.Parse(Body).Root.Items("connectionSet").Select(connection => new ClientConnection(
            connection.Text("clientId"), connection.Text("clientAddr"), connection.Text("language"), connection.Number("version"))),
    ];

    /// <summary>The whole body, for what only 203 has.</summary>
    public JsonElement Json => ProtocolJson.Parse(Body).Root;
}

/// <summary>What tools ask a broker about consumers and producers that are online, and have it do with them.</summary>
public static class ConsumerToolCalls
{
    /// <param name="timestamp">Milliseconds since 1970; −1: the end.</param>
    public static async Task<ResetOffsetAnswer> ResetOffsetAsync(
        this RemotingConnection connection, string group, string topic, long timestamp, bool isForce = true, TimeSpan? timeout = null) =>
        new(await connection.InvokeAsync(
            Command(RequestCode.InvokeBrokerToResetOffset, new() { { "topic", topic }, { "group", group }, { "timestamp", timestamp }, { "isForce", isForce } }),
            timeout).ConfigureAwait(false));

    /// <param name="clientId">Null: every member.</param>
    public static async Task<ConsumerStatusAnswer> ConsumerStatusAsync(
        this RemotingConnection connection, string group, string topic, string? clientId = null, TimeSpan? timeout = null) =>
        new(await connection.InvokeAsync(
            Command(RequestCode.InvokeBrokerToGetConsumerStatus, new() { { "topic", topic }, { "group", group }, { "clientAddr", clientId } }),
            timeout).ConfigureAwait(false));

    public static async Task<Answer> RunningInfoAsync(
        this RemotingConnection connection, string group, string clientId, bool jstack = false, TimeSpan? timeout = null) =>
        new(await connection.InvokeAsync(
            Command(RequestCode.GetConsumerRunningInfo, new() { { "consumerGroup", group }, { "clientId", clientId }, { "jstackEnable", jstack } }),
            timeout).ConfigureAwait(false));

    public static async Task<Answer> ConsumeDirectlyAsync(
        this RemotingConnection connection, string group, string clientId, string messageId, TimeSpan? timeout = null) =>
        new(await connection.InvokeAsync(
            Command(RequestCode.ConsumeMessageDirectly, new() { { "consumerGroup", group }, { "clientId", clientId }, { "msgId", messageId } }),
            timeout).ConfigureAwait(false));

    /// <param name="topic">Null: every topic that the source has offsets in.</param>
    public static async Task<Answer> CloneOffsetsAsync(
        this RemotingConnection connection, string source, string destination, string? topic = null, bool isOffline = false) =>
        new(await connection.InvokeAsync(
            Command(RequestCode.CloneGroupOffset, new() { { "srcGroup", source }, { "destGroup", destination }, { "topic", topic }, { "offline", isOffline } }))
            .ConfigureAwait(false));

    public static async Task<GroupListAnswer> ConsumersOfTopicAsync(this RemotingConnection connection, string topic) =>
        new(await connection.InvokeAsync(Command(RequestCode.QueryTopicConsumeByWho, new() { { "topic", topic } })).ConfigureAwait(false));

    public static async Task<ConnectionListAnswer> ConsumerConnectionsAsync(this RemotingConnection connection, string group) =>
        new(await connection.InvokeAsync(Command(RequestCode.GetConsumerConnectionList, new() { { "consumerGroup", group } })).ConfigureAwait(false));

    public static async Task<ConnectionListAnswer> ProducerConnectionsAsync(this RemotingConnection connection, string group) =>
        new(await connection.InvokeAsync(Command(RequestCode.GetProducerConnectionList, new() { { "producerGroup", group } })).ConfigureAwait(false));

    private static RemotingCommand Command(int code, HeaderFields fields) => new() { Code = code, Fields = fields };
}
