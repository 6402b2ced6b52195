using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>How far one group has come in one queue.</summary>
/// <param name="Broker">The queue's broker.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Committed">The next offset that the group consumes; null: it has committed none.</param>
/// <param name="Greatest">The offset that the next message gets; null: there is no such queue, or it is damaged.</param>
/// <param name="Owner">The client that consumes the queue in order; null: not locked.</param>
internal sealed record QueueProgress(string Broker, QueueId Queue, long? Committed, long? Greatest, string? Owner)
{
    /// <summary>Messages that are still to be consumed; null: not known.</summary>
    public long? Lag => Committed is { } committed && Greatest is { } greatest ? Math.Max(0, greatest - committed) : null;
}

/// <summary>Asks the group actors of one broker how far they have come.</summary>
internal static class GroupProgress
{
    /// <summary>Questions that are open at once.</summary>
    private const int Parallel = 256;

    /// <summary>By group: every queue that it has committed an offset of, or that its members want.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<QueueProgress>>> OfAsync(
        BrokerContext broker, IEnumerable<GroupHandle> groups, CommandContext context, CancellationToken cancellation)
    {
        var progress = new Dictionary<string, IReadOnlyList<QueueProgress>>(StringComparer.Ordinal);
        foreach (var some in groups.Chunk(Parallel))
        {
            var answers = await Task.WhenAll(some.Select(group => AskAsync(group, cancellation))).ConfigureAwait(false);
            foreach (var (group, found) in some.Zip(answers))
            {
                progress[group.Config.GroupName] = Combine(broker, group.Config.GroupName, found, context);
            }
        }

        return progress;
    }

    private static Task<GroupProtocol.ProgressFound> AskAsync(GroupHandle group, CancellationToken cancellation) =>
        group.Actor.Ask<GroupProtocol.ProgressFound>(GroupProtocol.QueryProgress.Instance, Timeout.InfiniteTimeSpan, cancellation);

    private static List<QueueProgress> Combine(BrokerContext broker, string group, GroupProtocol.ProgressFound found, CommandContext context)
    {
        var committed = found.Offsets.ToDictionary(offset => new QueueId(offset.Topic, offset.QueueId), offset => offset.Offset);
        var wanted = context.Node.Clients.TryGetGroup(group, out var view)
            ? view.Subscriptions.Keys.SelectMany(topic => QueuesToRead(broker, topic))
            : [];
        return
        [
            .. committed.Keys.Union(wanted)
                .OrderBy(queue => queue.Topic, StringComparer.Ordinal)
                .ThenBy(queue => queue.Number)
                .Select(queue => new QueueProgress(
                    broker.Settings.Name,
                    queue,
                    committed.TryGetValue(queue, out var offset) ? offset : null,
                    GreatestOf(broker, queue),
                    found.Owners.GetValueOrDefault(queue))),
        ];
    }

    private static IEnumerable<QueueId> QueuesToRead(BrokerContext broker, string topic) =>
        broker.Directory.TryGetTopic(topic, out var handle)
            ? Enumerable.Range(0, handle.Config.ReadQueueNums).Select(number => new QueueId(topic, number))
            : [];

    private static long? GreatestOf(BrokerContext broker, QueueId queue) =>
        broker.Directory.TryGetTopic(queue.Topic, out var handle) && queue.Number < handle.Queues.Count ? handle.Queues[queue.Number]?.VisibleOffset : null;
}
