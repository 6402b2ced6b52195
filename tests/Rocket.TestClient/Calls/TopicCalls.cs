using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Fields of code 17. Perm bits: 2 write, 4 read.</summary>
public sealed record CreateTopicRequest(string Topic)
{
    public string DefaultTopic { get; init; } = "TBW102";

    public int ReadQueueNums { get; init; } = 8;

    public int WriteQueueNums { get; init; } = 8;

    public int Perm { get; init; } = 6;

    public string TopicFilterType { get; init; } = "SINGLE_TAG";

    public int TopicSysFlag { get; init; }

    public bool Order { get; init; }

    public RemotingCommand ToCommand() =>
        new()
        {
            Code = RequestCode.UpdateAndCreateTopic,
            Fields = new HeaderFields
            {
                { "topic", Topic },
                { "defaultTopic", DefaultTopic },
                { "readQueueNums", ReadQueueNums },
                { "writeQueueNums", WriteQueueNums },
                { "perm", Perm },
                { "topicFilterType", TopicFilterType },
                { "topicSysFlag", TopicSysFlag },
                { "order", Order },
            },
        };
}

/// <summary>Answer to 21.</summary>
public sealed class TopicTableAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyDictionary<string, TopicConfig> Topics =>
        ProtocolJson.Parse(Body).Root.Entries("topicConfigTable").ToDictionary(entry => entry.Name, entry => TopicConfig.Parse(entry.Value));
}

/// <summary>Answer to 351.</summary>
public sealed class TopicConfigAnswer(RemotingCommand command) : Answer(command)
{
    public TopicConfig Topic => TopicConfig.Parse(ProtocolJson.Parse(Body).Root);
}

/// <summary>Making topics.</summary>
public static class TopicCalls
{
    public static async Task<Answer> CreateTopicAsync(
        this RemotingConnection connection, CreateTopicRequest request, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(request.ToCommand(), timeout, cancellation).ConfigureAwait(false));

    public static async Task<TopicTableAnswer> TopicConfigsAsync(this RemotingConnection connection) =>
        new(await connection.InvokeAsync(new RemotingCommand { Code = RequestCode.GetAllTopicConfig }).ConfigureAwait(false));

    public static async Task<TopicConfigAnswer> TopicConfigAsync(this RemotingConnection connection, string topic) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetTopicConfig, Fields = new HeaderFields { { "topic", topic } } }).ConfigureAwait(false));
}
