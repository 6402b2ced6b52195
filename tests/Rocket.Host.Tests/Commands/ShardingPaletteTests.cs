using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>sharding list-regions, list-shards, list-entities.</summary>
[Collection(CommandsCollection.Name)]
public sealed class ShardingPaletteTests(CommandsRocket rocket)
{
    [Fact]
    public async Task The_one_region_holds_the_one_broker_with_its_entities()
    {
        var region = Assert.Single((await CommandRun.JsonOfAsync(rocket.Rocket, "sharding list-regions")).Rows());
        var shard = Assert.Single((await CommandRun.JsonOfAsync(rocket.Rocket, "sharding list-shards")).Rows());

        Assert.Equal(("node1", $"akka.tcp://rocket@127.0.0.1:{rocket.Rocket.RemotePort}"), (region["node"].GetString(), region["address"].GetString()));
        Assert.Equal(1, region["shards"].GetInt32());
        Assert.True(region["coordinator"].GetBoolean());
        Assert.Equal(("broker-a", "node1"), (shard["shard"].GetString(), shard["node"].GetString()));
        Assert.True(shard["entities"].GetInt32() > 4);
    }

    [Fact]
    public async Task A_topic_and_its_queues_are_entities()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);

        var run = await CommandRun.OfAsync(rocket.Rocket, $"sharding list-entities --filter {topic} --shard broker-a");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["shard     entity", $"broker-a  queue/{topic}@0", $"broker-a  queue/{topic}@1", $"broker-a  topic/{topic}"],
            run.Lines.Where(line => line.StartsWith("shard", StringComparison.Ordinal) || line.EndsWith(topic, StringComparison.Ordinal) || line.Contains(topic + "@", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_shard_that_is_not_here_is_named()
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, "sharding list-entities --shard broker-z");

        Assert.Equal((1, "", "node1 holds no shard broker-z; sharding list-shards lists them\n"), (run.ExitCode, run.Output, run.Error));
    }
}
