using Rocket.Actors.Queues;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>The queues of one topic.</summary>
internal sealed class QueuesCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "rocket",
        "queues",
        "the queues of a topic, of each broker that is led on the node that answers",
        CommandArgument.Required("topic", "the topic's name"),
        CommandArgument.Option("broker", "BROKER", "only queues of this broker"))
    {
        Details = """
            ordinals  the queue's numbers in its broker, which stand in message ids; none before the first message
            min, max  the first offset that is there, and the offset that the next message gets
            flushed   offsets below this are known to be on the disk
            waiting   pulls that wait for messages
            state     ok; unwritable: sends are answered 14, pulls go on; damaged: the log's own line says more
            """,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var (topic, only) = (arguments.Required("topic"), arguments.Text("broker"));
        if (only is not null)
        {
            KnownBrokers.MustExist(context, only);
        }

        var result = new CommandResult($"Queues of {topic}", "broker", "queue", "ordinals", "min", "max", "flushed", "messages", "bytes", "waiting", "state");
        foreach (var broker in KnownBrokers.Led(context).Where(broker => only is null || broker.Settings.Name == only))
        {
            if (broker.Directory.TryGetTopic(topic, out var handle))
            {
                for (var number = 0; number < handle.Queues.Count; number++)
                {
                    Add(result, broker.Settings.Name, number, handle.Queues[number]);
                }
            }
        }

        AddElsewhere(result, context, topic, only);
        return result.Rows.Count + result.Notes.Count > 0
            ? Task.FromResult(result)
            : throw CommandException.NotFound($"no topic is called {topic}{(only is null ? "" : $" at {only}")}; rocket topics --all lists them");
    }

    private static void Add(CommandResult result, string broker, int number, QueueHandle? queue)
    {
        if (queue is null)
        {
            result.Add(broker, number, null, null, null, null, null, null, null, "damaged");
            return;
        }

        result.Add(
            broker,
            number,
            queue.Ordinals.Count == 0 ? null : string.Join(", ", queue.Ordinals.All),
            queue.MinimumOffset,
            queue.VisibleOffset,
            queue.FlushedOffset,
            QueueFigures.MessagesOf(queue),
            queue.StoredBytes,
            queue.WaitingPulls,
            queue.WriteFailure is { } failure ? $"unwritable: {failure}" : "ok");
    }

    private static void AddElsewhere(CommandResult result, CommandContext context, string topic, string? only)
    {
        if (!context.Node.Routes.Current.TryGetRoute(topic, out var route))
        {
            return;
        }

        var led = KnownBrokers.Led(context).Select(broker => broker.Settings.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var share in route.Queues.Where(share => !led.Contains(share.Broker.BrokerName) && (only is null || share.Broker.BrokerName == only)))
        {
            result.Note($"{share.Broker.BrokerName} has {share.Config.ReadQueueNums} queues of it too, but is not led here");
        }
    }
}
