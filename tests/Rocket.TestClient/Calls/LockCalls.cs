using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 41.</summary>
public sealed class LockAnswer(RemotingCommand command) : Answer(command)
{
    /// <summary>Those of the asked queues that the client now owns.</summary>
    public IReadOnlyList<MessageQueue> Locked => [.. ProtocolJson.Parse(Body).Root.Items("lockOKMQSet").Select(MessageQueue.Parse)];
}

/// <summary>Queue locks of ordered consumers.</summary>
public static class LockCalls
{
    public static async Task<LockAnswer> LockAsync(
        this RemotingConnection connection, LockBatch batch, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.LockBatchMessageQueue, Body = batch.ToJson() }, timeout, cancellation).ConfigureAwait(false));

    public static async Task<Answer> UnlockAsync(
        this RemotingConnection connection, LockBatch batch, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.UnlockBatchMessageQueue, Body = batch.ToJson() }, timeout, cancellation).ConfigureAwait(false));

    public static Task<int> UnlockOnewayAsync(this RemotingConnection connection, LockBatch batch) =>
        connection.OnewayAsync(new RemotingCommand { Code = RequestCode.UnlockBatchMessageQueue, Body = batch.ToJson() });
}
