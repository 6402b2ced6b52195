using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>The topics of the cluster.</summary>
internal sealed class TopicsCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "rocket",
        "topics",
        "the topics of the cluster, a row for each broker that has one",
        CommandArgument.Option("filter", "TEXT", "only topics with this text in their names, in any case"),
        CommandArgument.Option("broker", "BROKER", "only topics of this broker"),
        CommandArgument.Switch("all", "system, retry and dead-letter topics too"))
    {
        Details = """
            perm      r: consumers may read, w: producers may write, x: a send may create a topic after this one
            messages  between the least and the greatest offset of the queues, all added up
            """,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var (filter, only, all) = (arguments.Text("filter") ?? "", arguments.Text("broker"), arguments.Has("all"));
        if (only is not null)
        {
            KnownBrokers.MustExist(context, only);
        }

        var cluster = context.Node.Settings.ClusterName;
        var found = from route in context.Node.Routes.Current.Topics
                    where route.Topic.Contains(filter, StringComparison.OrdinalIgnoreCase)
                    from share in route.Queues
                    where only is null || share.Broker.BrokerName == only
                    select (Broker: share.Broker.BrokerName, share.Config, IsOwn: IsOwn(share.Config.Topic, cluster, share.Broker.BrokerName));
        var rows = found.ToList();
        var result = new CommandResult("Topics", "topic", "broker", "read-queues", "write-queues", "perm", "messages", "bytes");
        foreach (var (broker, config, _) in rows.Where(row => all || !row.IsOwn)
                     .OrderBy(row => row.Config.Topic, StringComparer.Ordinal)
                     .ThenBy(row => row.Broker, StringComparer.Ordinal))
        {
            var figures = FiguresOf(context, broker, config);
            result.Add(config.Topic, broker, config.ReadQueueNums, config.WriteQueueNums, PermissionOf(config), figures?.Messages, figures?.Bytes);
        }

        var hidden = all ? 0 : rows.Count(row => row.IsOwn);
        if (hidden > 0)
        {
            result.Note($"{hidden} system, retry or dead-letter topics are left out; --all shows them");
        }

        return Task.FromResult(result);
    }

    private static bool IsOwn(string topic, string cluster, string broker) =>
        SystemTopics.IsSystem(topic, cluster, broker) || TopicName.IsRetry(topic) || TopicName.IsDeadLetter(topic);

    private static QueueFigures? FiguresOf(CommandContext context, string broker, TopicConfig config) =>
        KnownBrokers.Held(context, broker) is { Directory.IsLeading: true } held && held.Directory.TryGetTopic(config.Topic, out var topic)
            ? QueueFigures.Of(topic.Queues)
            : null;

    private static string PermissionOf(TopicConfig config)
    {
        var letters = new[] { (TopicPermission.Read, 'r'), (TopicPermission.Write, 'w'), (TopicPermission.Inherit, 'x') };
        var held = letters.Where(letter => (config.Perm & letter.Item1) != 0).Select(letter => letter.Item2).ToArray();
        return held.Length == 0 ? "none" : new string(held);
    }
}
