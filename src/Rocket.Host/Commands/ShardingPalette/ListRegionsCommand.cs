using Rocket.Actors.Cluster;

namespace Rocket.Host.Commands.ShardingPalette;

/// <summary>The sharding regions of the cluster.</summary>
internal sealed class ListRegionsCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "sharding", "list-regions", "the regions of sharding type broker, one for each node with data, with how much they hold");

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var membership = context.Membership;
        var regions = await ShardInspection.RegionsAsync(context.Node.Region, CommandContext.Patience, cancellation).ConfigureAwait(false);
        var result = new CommandResult("Regions of sharding type broker", "node", "address", "shards", "entities", "coordinator");
        foreach (var region in regions)
        {
            result.Add(
                membership.NodeAt(region.Address),
                region.Address,
                region.Shards.Count,
                region.Shards.Values.Sum(),
                membership.Coordinator?.Address == region.Address);
            foreach (var shard in region.Failed)
            {
                result.Note($"shard {shard} at {region.Address} did not answer");
            }
        }

        return result;
    }
}
