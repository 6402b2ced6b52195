using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Protocol.Json;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>The consumer groups, or one of them queue by queue.</summary>
internal sealed class GroupsCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "rocket",
        "groups",
        "the consumer groups with their lag, or one group queue by queue",
        CommandArgument.Optional("group", "one group, queue by queue"))
    {
        Details = """
            members  connected clients, on all nodes; type and model are known while there are any
            topics   topics that the group wants or has committed offsets of, its retry topic left out
            lag      messages behind the committed offsets, of brokers that are led here; queues without a committed offset do not count
            owner    of one group: the client that has locked a queue to consume it in order
            Members of a broadcasting group keep their offsets themselves; the broker knows no lag then.
            """,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation) =>
        arguments.Text("group") is { } group ? OneAsync(group, context, cancellation) : AllAsync(context, cancellation);

    private static async Task<CommandResult> AllAsync(CommandContext context, CancellationToken cancellation)
    {
        var known = context.Node.Clients.ConsumerGroups.ToDictionary(view => view.Group, _ => new List<QueueProgress>(), StringComparer.Ordinal);
        foreach (var broker in KnownBrokers.Led(context))
        {
            foreach (var (group, queues) in await GroupProgress.OfAsync(broker, broker.Directory.Groups, context, cancellation).ConfigureAwait(false))
            {
                if (!known.TryGetValue(group, out var all))
                {
                    known.Add(group, all = []);
                }

                all.AddRange(queues);
            }
        }

        var result = new CommandResult("Consumer groups", "group", "members", "type", "model", "topics", "lag");
        foreach (var (group, queues) in known.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            context.Node.Clients.TryGetGroup(group, out var view);
            var topics = queues.Select(queue => queue.Queue.Topic).Union(view?.Subscriptions.Keys ?? []).Count(topic => topic != TopicName.RetryOf(group));
            var lags = queues.Select(queue => queue.Lag).OfType<long>().ToList();
            result.Add(group, view?.Members.Length ?? 0, TypeOf(view), ModelOf(view), topics, lags.Count == 0 ? null : lags.Sum());
        }

        return result;
    }

    private static async Task<CommandResult> OneAsync(string group, CommandContext context, CancellationToken cancellation)
    {
        var isKnown = context.Node.Clients.TryGetGroup(group, out var view);
        var result = new CommandResult($"Consumer group {group}", "topic", "broker", "queue", "committed", "max", "lag", "owner");
        foreach (var broker in KnownBrokers.Led(context))
        {
            if (!broker.Directory.TryGetGroup(group, out var handle))
            {
                continue;
            }

            isKnown = true;
            await AddAsync(result, broker, handle, context, cancellation).ConfigureAwait(false);
        }

        if (!isKnown)
        {
            throw CommandException.NotFound($"no consumer group is called {group}; rocket groups lists them");
        }

        Describe(result, view);
        return result;
    }

    private static async Task AddAsync(
        CommandResult result, BrokerContext broker, GroupHandle group, CommandContext context, CancellationToken cancellation)
    {
        var progress = await GroupProgress.OfAsync(broker, [group], context, cancellation).ConfigureAwait(false);
        foreach (var queue in progress[group.Config.GroupName])
        {
            result.Add(queue.Queue.Topic, queue.Broker, queue.Queue.Number, queue.Committed, queue.Greatest, queue.Lag, queue.Owner);
        }
    }

    private static void Describe(CommandResult result, ConsumerGroupView? view)
    {
        if (view is null)
        {
            result.Note("no members are connected");
            return;
        }

        result.Note($"{TypeOf(view)}, {ModelOf(view)}, {view.Members.Length} member(s)");
        foreach (var member in view.Members)
        {
            result.Note($"member {member.ClientId} from {member.RemoteAddress}, {member.Language}, version {member.Version}");
        }
    }

    private static string? TypeOf(ConsumerGroupView? view) => view?.ConsumeType switch
    {
        ConsumeTypes.Passively => "push",
        ConsumeTypes.Actively => "pull",
        ConsumeTypes.Pop => "pop",
        var other => other,
    };

    private static string? ModelOf(ConsumerGroupView? view) => view?.MessageModel switch
    {
        MessageModels.Clustering => "clustering",
        MessageModels.Broadcasting => "broadcasting",
        var other => other,
    };
}
