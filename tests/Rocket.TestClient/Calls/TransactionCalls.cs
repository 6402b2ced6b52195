using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>What a producer says of a half message: the transaction bits of sysFlag.</summary>
public enum TransactionWord
{
    Unknown = 0,
    Commit = 8,
    Rollback = 12,
}

/// <summary>Fields of code 37.</summary>
public sealed record EndTransactionRequest
{
    public required string ProducerGroup { get; init; }

    /// <summary>Offset in the queue of half messages: the queueOffset of the send's answer.</summary>
    public required long TranStateTableOffset { get; init; }

    /// <summary>Physical offset of the half message: in the msgId of the send's answer.</summary>
    public required long CommitLogOffset { get; init; }

    public required TransactionWord Word { get; init; }

    public bool FromTransactionCheck { get; init; }

    public string MessageId { get; init; } = "";

    /// <summary>What a producer says after it sent a half message.</summary>
    public static EndTransactionRequest For(string producerGroup, SendAnswer half, TransactionWord word) => new()
    {
        ProducerGroup = producerGroup,
        TranStateTableOffset = half.QueueOffset,
        CommitLogOffset = half.OffsetMessageIds[0].PhysicalOffset,
        Word = word,
    };

    public RemotingCommand ToCommand() => new()
    {
        Code = RequestCode.EndTransaction,
        Fields = new HeaderFields
        {
            { "producerGroup", ProducerGroup },
            { "tranStateTableOffset", TranStateTableOffset },
            { "commitLogOffset", CommitLogOffset },
            { "commitOrRollback", (int)Word },
            { "fromTransactionCheck", FromTransactionCheck },
            { "msgId", MessageId },
        },
    };
}

/// <summary>Transactions.</summary>
public static class TransactionCalls
{
    /// <summary>A half message as a transaction producer makes it.</summary>
    public static SendRequest ToHalf(this SendRequest request, string producerGroup)
    {
        request.Properties!.Add(PropertyName.TransactionPrepared, "true");
        request.Properties.Add(PropertyName.ProducerGroup, producerGroup);
        return request with { ProducerGroup = producerGroup, SysFlag = request.SysFlag | (int)SystemFlag.TransactionPrepared };
    }

    /// <summary>Producers send it oneway; here its answer is waited for, so that a test knows when it has happened.</summary>
    public static async Task<Answer> EndTransactionAsync(
        this RemotingConnection connection, EndTransactionRequest request, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(request.ToCommand(), timeout, cancellation).ConfigureAwait(false));

    public static Task<int> EndTransactionOnewayAsync(this RemotingConnection connection, EndTransactionRequest request) => connection.OnewayAsync(request.ToCommand());
}
