using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>What an operator sees of files that are damaged.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task A_damaged_queue_and_a_damaged_broker_are_told()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.brokers.broker-b.port=" + FreePorts.Take());
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using (var client = await rocket.ConnectAsync())
        {
            await client.SendAsync(SendRequest.For(topic, "x", queueId: 0)).Succeeded();
            await client.SendAsync(SendRequest.For(topic, "x", queueId: 1)).Succeeded();
        }

        Assert.Equal(0, await rocket.StopAsync());
        DeleteLog($"brokers/broker-a/queues/{topic}@1");
        DeleteLog("brokers/broker-b/metadata");
        await rocket.StartAgainAsync();

        var queues = (await CommandRun.JsonOfAsync(rocket, $"rocket queues {topic}")).Rows();
        Assert.Equal(["ok", "damaged"], queues.Select(row => row["state"].GetString()));
        var brokers = (await CommandRun.JsonOfAsync(rocket, "rocket brokers")).Rows();
        Assert.Equal("led here", brokers[0]["state"].GetString());
        Assert.StartsWith("damaged: ", brokers[1]["state"].GetString(), StringComparison.Ordinal);
        Assert.Equal(["broker-a", "broker-b"], brokers.Select(row => row["broker"].GetString()));
        var topics = (await CommandRun.JsonOfAsync(rocket, "rocket topics")).Rows();
        Assert.Equal(1, Assert.Single(topics)["messages"].GetInt64());

        void DeleteLog(string folder) => File.Delete(Path.Combine(rocket.DataDir, folder, "00000000000000000000.log"));
    }
}
