using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Every field of a pull. Optional ones that are null are left out. The defaults read everything from the queue's start, without waiting.</summary>
public sealed record PullRequest
{
    public required string ConsumerGroup { get; init; }

    public required string Topic { get; init; }

    public int QueueId { get; init; }

    public long QueueOffset { get; init; }

    public int MaxMsgNums { get; init; } = 32;

    /// <summary>Bits of <see cref="PullFlag"/>.</summary>
    public int SysFlag { get; init; } = PullFlag.Subscription;

    public long CommitOffset { get; init; }

    public long SuspendTimeoutMillis { get; init; } = 15_000;

    public string? Subscription { get; init; } = "*";

    public long SubVersion { get; init; }

    /// <summary>TAG or SQL92.</summary>
    public string? ExpressionType { get; init; } = "TAG";

    public string? BrokerName { get; init; }

    /// <summary>Sets the suspend bit: the broker holds the request while there is nothing to read.</summary>
    public PullRequest Waiting(TimeSpan suspend) =>
        this with { SysFlag = SysFlag | PullFlag.Suspend, SuspendTimeoutMillis = (long)suspend.TotalMilliseconds };

    public RemotingCommand ToCommand() =>
        new()
        {
            Code = RequestCode.PullMessage,
            Fields = new HeaderFields
            {
                { "consumerGroup", ConsumerGroup },
                { "topic", Topic },
                { "queueId", QueueId },
                { "queueOffset", QueueOffset },
                { "maxMsgNums", MaxMsgNums },
                { "sysFlag", SysFlag },
                { "commitOffset", CommitOffset },
                { "suspendTimeoutMillis", SuspendTimeoutMillis },
                { "subscription", Subscription },
                { "subVersion", SubVersion },
                { "expressionType", ExpressionType },
                { "bname", BrokerName },
            },
        };
}

/// <summary>Answer to a pull. The four offsets are there for codes 0, 19, 20 and 21, messages for code 0.</summary>
public sealed class PullAnswer(RemotingCommand command) : Answer(command)
{
    private IReadOnlyList<StoredMessage>? _messages;

    public bool IsFound => IsSuccess;

    public long NextBeginOffset => Number("nextBeginOffset");

    public long MinOffset => Number("minOffset");

    public long MaxOffset => Number("maxOffset");

    public long SuggestWhichBrokerId => Number("suggestWhichBrokerId");

    /// <summary>Empty when the answer has no body.</summary>
    public IReadOnlyList<StoredMessage> Messages => _messages ??= StoredMessage.DecodeAll(Body);
}

/// <summary>Pulling.</summary>
public static class PullCalls
{
    /// <param name="timeout">Null: the connection's, or the request's suspend time and 10 s when that is longer.</param>
    public static async Task<PullAnswer> PullAsync(
        this RemotingConnection connection, PullRequest request, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        if (timeout is null && (request.SysFlag & PullFlag.Suspend) != 0)
        {
            timeout = TimeSpan.FromMilliseconds(Math.Max(20_000, request.SuspendTimeoutMillis + 10_000));
        }

        return new PullAnswer(await connection.InvokeAsync(request.ToCommand(), timeout, cancellation).ConfigureAwait(false));
    }
}
