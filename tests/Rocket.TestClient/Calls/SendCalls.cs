using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to a send. The typed members are there for the codes that mean "stored" (0, 10, 11, 12).</summary>
public sealed class SendAnswer(RemotingCommand command) : Answer(command)
{
    public bool IsStored =>
        Code is ResponseCode.Success or ResponseCode.FlushDiskTimeout or ResponseCode.SlaveNotAvailable or ResponseCode.FlushSlaveTimeout;

    /// <summary>offsetMsgId; of a batch: all of them, joined by commas.</summary>
    public string MessageId => Text("msgId");

    public int QueueId => (int)Number("queueId");

    /// <summary>Of a batch: the first one's.</summary>
    public long QueueOffset => Number("queueOffset");

    public string? Region => Fields.TryGetValue("MSG_REGION", out var region) ? region : null;

    public string? TraceOn => Fields.TryGetValue("TRACE_ON", out var on) ? on : null;

    /// <summary>One id for each message of the send.</summary>
    public IReadOnlyList<OffsetMessageId> OffsetMessageIds => [.. MessageId.Split(',').Select(OffsetMessageId.Parse)];
}

/// <summary>Sending.</summary>
public static class SendCalls
{
    public static async Task<SendAnswer> SendAsync(
        this RemotingConnection connection,
        SendRequest request,
        SendForm form = SendForm.V2,
        TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(request.ToCommand(form), timeout, cancellation).ConfigureAwait(false));

    /// <summary>Sends without an answer; completes when the bytes were handed to the operating system. Returns the opaque.</summary>
    public static Task<int> SendOnewayAsync(this RemotingConnection connection, SendRequest request, SendForm form = SendForm.V2) =>
        connection.OnewayAsync(request.ToCommand(form));
}
