using Rocket.Actors.Cluster;

namespace Rocket.Host.Commands.ShardingPalette;

/// <summary>Where each shard is.</summary>
internal sealed class ListShardsCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "sharding", "list-shards", "the shards of the cluster; a shard is a broker with all that belongs to it");

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var membership = context.Membership;
        var regions = await ShardInspection.RegionsAsync(context.Node.Region, CommandContext.Patience, cancellation).ConfigureAwait(false);
        var shards = from region in regions
                     from shard in region.Shards.Keys.Union(region.Failed)
                     orderby shard
                     select (Shard: shard, region.Address, Entities: region.Shards.TryGetValue(shard, out var entities) ? entities : (int?)null);
        var result = new CommandResult("Shards of sharding type broker", "shard", "node", "address", "entities");
        foreach (var (shard, address, entities) in shards)
        {
            result.Add(shard, membership.NodeAt(address), address, entities);
        }

        return result;
    }
}
