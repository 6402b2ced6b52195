using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;

namespace Rocket.Benchmarks.Load;

/// <summary>Where the queues of a run begin and end, asked from their brokers.</summary>
internal static class QueueOffsets
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>Sum of the ends (next offset to be written) of all queues, or null when a broker does not tell.</summary>
    public static async Task<long?> SumOfEndsAsync(string topic, IReadOnlyList<TargetQueue> queues)
    {
        long sum = 0;
        foreach (var broker in queues.GroupBy(queue => queue.Address))
        {
            await using var connection = await RemotingConnection.ConnectAsync(broker.Key).ConfigureAwait(false);
            foreach (var queue in broker)
            {
                var answer = await connection.MaxOffsetAsync(topic, queue.QueueId).ConfigureAwait(false);
                if (!answer.IsSuccess)
                {
                    return null;
                }

                sum += answer.Offset;
            }
        }

        return sum;
    }

    /// <summary>As <see cref="SumOfEndsAsync"/>, after the ends have stopped moving: what is sent oneway arrives later than it is counted.</summary>
    public static async Task<long?> SettledSumOfEndsAsync(string topic, IReadOnlyList<TargetQueue> queues)
    {
        var time = TimeProvider.System;
        var begin = time.GetTimestamp();
        var last = await SumOfEndsAsync(topic, queues).ConfigureAwait(false);
        while (last is not null && time.GetElapsedTime(begin) < SettleLimit)
        {
            await Task.Delay(BetweenLooks).ConfigureAwait(false);
            var now = await SumOfEndsAsync(topic, queues).ConfigureAwait(false);
            if (now == last)
            {
                break;
            }

            last = now;
        }

        return last;
    }

    /// <summary>Positions of a consumer that reads what is there now, from each queue's first message to its last.</summary>
    public static Task<IReadOnlyList<ReadPosition>> WholeAsync(string topic, IReadOnlyList<TargetQueue> queues) =>
        PositionsAsync(queues, async (connection, queue) =>
        {
            var first = await connection.MinOffsetAsync(topic, queue.QueueId).Succeeded().ConfigureAwait(false);
            var end = await connection.MaxOffsetAsync(topic, queue.QueueId).Succeeded().ConfigureAwait(false);
            return new ReadPosition(queue, first.Offset, end.Offset);
        });

    /// <summary>Positions of a consumer that reads what comes from now on.</summary>
    public static Task<IReadOnlyList<ReadPosition>> FromNowAsync(string topic, IReadOnlyList<TargetQueue> queues) =>
        PositionsAsync(queues, async (connection, queue) =>
            new ReadPosition(queue, (await connection.MaxOffsetAsync(topic, queue.QueueId).Succeeded().ConfigureAwait(false)).Offset, end: null));

    private static async Task<IReadOnlyList<ReadPosition>> PositionsAsync(
        IReadOnlyList<TargetQueue> queues, Func<RemotingConnection, TargetQueue, Task<ReadPosition>> ask)
    {
        List<ReadPosition> positions = [];
        foreach (var broker in queues.GroupBy(queue => queue.Address))
        {
            await using var connection = await RemotingConnection.ConnectAsync(broker.Key).ConfigureAwait(false);
            foreach (var queue in broker)
            {
                positions.Add(await ask(connection, queue).ConfigureAwait(false));
            }
        }

        return positions;
    }
}
