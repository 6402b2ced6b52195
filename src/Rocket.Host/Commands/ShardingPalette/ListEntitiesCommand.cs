using Rocket.Actors.Cluster;

namespace Rocket.Host.Commands.ShardingPalette;

/// <summary>The entities that run on the node that answers.</summary>
internal sealed class ListEntitiesCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "sharding",
        "list-entities",
        "the entities of the node that answers: its brokers, topics, queues and consumer groups",
        CommandArgument.Option("shard", "SHARD", "of this shard only"),
        CommandArgument.Option("filter", "TEXT", "only entities with this text in their names, in any case"));

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var shards = await ShardInspection.LocalShardsAsync(context.Node.Region, cancellation).ConfigureAwait(false);
        var wanted = arguments.Text("shard");
        if (wanted is not null && shards.All(shard => shard.Shard != wanted))
        {
            throw CommandException.NotFound($"{context.Node.Settings.NodeName} holds no shard {wanted}; sharding list-shards lists them");
        }

        var filter = arguments.Text("filter") ?? "";
        var result = new CommandResult($"Entities on {context.Node.Settings.NodeName}", "shard", "entity");
        foreach (var shard in shards.Where(shard => wanted is null || shard.Shard == wanted))
        {
            foreach (var entity in shard.Entities.Where(entity => entity.Contains(filter, StringComparison.OrdinalIgnoreCase)))
            {
                result.Add(shard.Shard, entity);
            }
        }

        return result;
    }
}
