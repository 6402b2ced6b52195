using System.Globalization;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 14, 29, 30 and 31.</summary>
public sealed class OffsetAnswer(RemotingCommand command) : Answer(command)
{
    public long Offset => Number("offset");
}

/// <summary>Answer to 43.</summary>
public sealed class AllOffsetsAnswer(RemotingCommand command) : Answer(command)
{
    /// <summary>Offsets by queue id, by <c>topic@group</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> Offsets =>
        ProtocolJson.Parse(Body).Root.Entries("offsetTable").ToDictionary(
            entry => entry.Name,
            IReadOnlyDictionary<int, long> (entry) => entry.Value.EnumerateObject().ToDictionary(
                queue => int.Parse(queue.Name, CultureInfo.InvariantCulture), queue => queue.Value.GetInt64()));
}

/// <summary>Answer to 32.</summary>
public sealed class StoreTimeAnswer(RemotingCommand command) : Answer(command)
{
    /// <summary>Milliseconds since 1970, −1 when the queue is empty.</summary>
    public long Timestamp => Number("timestamp");
}

/// <summary>Consumer offsets and queue offsets.</summary>
public static class OffsetCalls
{
    public static async Task<OffsetAnswer> QueryOffsetAsync(
        this RemotingConnection connection,
        string consumerGroup,
        string topic,
        int queueId,
        TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.QueryConsumerOffset,
                Fields = new HeaderFields { { "consumerGroup", consumerGroup }, { "topic", topic }, { "queueId", queueId } },
            },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<Answer> UpdateOffsetAsync(
        this RemotingConnection connection,
        string consumerGroup,
        string topic,
        int queueId,
        long commitOffset,
        TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(UpdateOffset(consumerGroup, topic, queueId, commitOffset), timeout, cancellation).ConfigureAwait(false));

    public static async Task<AllOffsetsAnswer> AllOffsetsAsync(this RemotingConnection connection) =>
        new(await connection.InvokeAsync(new RemotingCommand { Code = RequestCode.GetAllConsumerOffset }).ConfigureAwait(false));

    /// <summary>The way clients do it.</summary>
    public static Task<int> UpdateOffsetOnewayAsync(
        this RemotingConnection connection, string consumerGroup, string topic, int queueId, long commitOffset) =>
        connection.OnewayAsync(UpdateOffset(consumerGroup, topic, queueId, commitOffset));

    /// <param name="timestamp">Milliseconds since 1970.</param>
    public static async Task<OffsetAnswer> SearchOffsetAsync(
        this RemotingConnection connection, string topic, int queueId, long timestamp, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.SearchOffsetByTimestamp,
                Fields = new HeaderFields { { "topic", topic }, { "queueId", queueId }, { "timestamp", timestamp } },
            },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<OffsetAnswer> MaxOffsetAsync(
        this RemotingConnection connection, string topic, int queueId, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(OfQueue(RequestCode.GetMaxOffset, topic, queueId), timeout, cancellation).ConfigureAwait(false));

    public static async Task<OffsetAnswer> MinOffsetAsync(
        this RemotingConnection connection, string topic, int queueId, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(OfQueue(RequestCode.GetMinOffset, topic, queueId), timeout, cancellation).ConfigureAwait(false));

    public static async Task<StoreTimeAnswer> EarliestStoreTimeAsync(
        this RemotingConnection connection, string topic, int queueId, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(OfQueue(RequestCode.GetEarliestMessageStoreTime, topic, queueId), timeout, cancellation).ConfigureAwait(false));

    private static RemotingCommand OfQueue(int code, string topic, int queueId) =>
        new() { Code = code, Fields = new HeaderFields { { "topic", topic }, { "queueId", queueId } } };

    private static RemotingCommand UpdateOffset(string consumerGroup, string topic, int queueId, long commitOffset) =>
        new()
        {
            Code = RequestCode.UpdateConsumerOffset,
            Fields = new HeaderFields { { "consumerGroup", consumerGroup }, { "topic", topic }, { "queueId", queueId }, { "commitOffset", commitOffset } },
        };
}
