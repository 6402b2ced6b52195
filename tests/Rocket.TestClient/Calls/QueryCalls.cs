using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Fields of code 12. Times are milliseconds since 1970.</summary>
public sealed record QueryMessageRequest(string Topic, string Key)
{
    public int MaxNum { get; init; } = 32;

    public long BeginTimestamp { get; init; }

    public long EndTimestamp { get; init; } = long.MaxValue;

    /// <summary>The key is a UNIQ_KEY; null leaves the field out.</summary>
    public bool? UniqueKeyQuery { get; init; }

    public RemotingCommand ToCommand() =>
        new()
        {
            Code = RequestCode.QueryMessage,
            Fields = new HeaderFields
            {
                { "topic", Topic },
                { "key", Key },
                { "maxNum", MaxNum },
                { "beginTimestamp", BeginTimestamp },
                { "endTimestamp", EndTimestamp },
                { "_UNIQUE_KEY_QUERY", UniqueKeyQuery },
            },
        };
}

/// <summary>Answer to 12 and 33.</summary>
public sealed class MessagesAnswer(RemotingCommand command) : Answer(command)
{
    /// <summary>Empty when the answer has no body.</summary>
    public IReadOnlyList<StoredMessage> Messages => StoredMessage.DecodeAll(Body);
}

/// <summary>Finding stored messages.</summary>
public static class QueryCalls
{
    public static async Task<MessagesAnswer> ViewAsync(
        this RemotingConnection connection, long physicalOffset, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.ViewMessageById, Fields = new HeaderFields { { "offset", physicalOffset } } },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<MessagesAnswer> QueryMessageAsync(
        this RemotingConnection connection, QueryMessageRequest request, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(request.ToCommand(), timeout, cancellation).ConfigureAwait(false));
}
