using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 105.</summary>
public sealed class RouteAnswer(RemotingCommand command) : Answer(command)
{
    public TopicRoute Route => TopicRoute.Parse(Body);
}

/// <summary>Answer to 106.</summary>
public sealed class ClusterInfoAnswer(RemotingCommand command) : Answer(command)
{
    public ClusterInfo Cluster => ClusterInfo.Parse(Body);
}

/// <summary>Answer to 101.</summary>
public sealed class KeyValueAnswer(RemotingCommand command) : Answer(command)
{
    public string Value => Text("value");
}

/// <summary>Answer to 219.</summary>
public sealed class KeyValueListAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyDictionary<string, string> Table =>
        ProtocolJson.Parse(Body).Root.Entries("table").ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!);
}

/// <summary>Answer to 206.</summary>
public sealed class TopicListAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyList<string> Topics => [.. ProtocolJson.Parse(Body).Root.Items("topicList").Select(topic => topic.GetString()!)];
}

/// <summary>What clients ask a name server.</summary>
public static class NameServerCalls
{
    /// <param name="standardJson">Value of acceptStandardJsonOnly; null leaves it out.</param>
    public static async Task<RouteAnswer> RouteAsync(
        this RemotingConnection connection, string topic, bool? standardJson = true, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.GetRouteInfoByTopic,
                Fields = new HeaderFields { { "topic", topic }, { "acceptStandardJsonOnly", standardJson } },
            },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<ClusterInfoAnswer> ClusterInfoAsync(
        this RemotingConnection connection, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(new RemotingCommand { Code = RequestCode.GetBrokerClusterInfo }, timeout, cancellation).ConfigureAwait(false));

    public static async Task<TopicListAnswer> TopicListAsync(
        this RemotingConnection connection, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetAllTopicListFromNameServer }, timeout, cancellation).ConfigureAwait(false));

    public static async Task<KeyValueAnswer> KvGetAsync(
        this RemotingConnection connection, string kvNamespace, string key, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.GetKeyValueConfig,
                Fields = new HeaderFields { { "namespace", kvNamespace }, { "key", key } },
            },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<Answer> KvPutAsync(this RemotingConnection connection, string kvNamespace, string key, string value) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.PutKeyValueConfig,
                Fields = new HeaderFields { { "namespace", kvNamespace }, { "key", key }, { "value", value } },
            }).ConfigureAwait(false));

    public static async Task<Answer> KvDeleteAsync(this RemotingConnection connection, string kvNamespace, string key) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.DeleteKeyValueConfig,
                Fields = new HeaderFields { { "namespace", kvNamespace }, { "key", key } },
            }).ConfigureAwait(false));

    public static async Task<KeyValueListAnswer> KvListAsync(this RemotingConnection connection, string kvNamespace) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetKeyValueListByNamespace, Fields = new HeaderFields { { "namespace", kvNamespace } } }).ConfigureAwait(false));
}
