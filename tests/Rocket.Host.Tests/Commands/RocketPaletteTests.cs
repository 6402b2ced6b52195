using System.Globalization;
using System.Text.Json;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>rocket brokers, topics, queues, clients, with messages in them.</summary>
[Collection(CommandsCollection.Name)]
public sealed class RocketPaletteTests(CommandsRocket rocket)
{
    [Fact]
    public async Task Brokers_says_who_leads_and_what_there_is()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var text = (await CommandRun.OfAsync(rocket.Rocket, "rocket brokers")).Row("broker-a");
        var row = Assert.Single((await CommandRun.JsonOfAsync(rocket.Rocket, "rocket brokers")).Rows());

        Assert.Equal(["broker-a", "node1", "1.0", "1", "node1", "node1", "led here"], text.Take(7));
        Assert.Equal(("node1", "1.0", "led here"), (row["master"].GetString(), row["epoch"].GetString(), row["state"].GetString()));
        Assert.True(row["topics"].GetInt32() >= 4);
        Assert.True(row["queues"].GetInt32() >= 26);
        Assert.True(row["messages"].GetInt64() >= 1);
        Assert.True(row["bytes"].GetInt64() > 0);
    }

    [Fact]
    public async Task Topics_counts_messages_and_leaves_system_topics_out()
    {
        var topic = await rocket.CreateTopicAsync(queues: 3);
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync("readers-of-" + topic, UniqueNames.ClientId(), topic);
        for (var queueId = 0; queueId < 3; queueId++)
        {
            await client.SendAsync(SendRequest.For(topic, "x", queueId: queueId)).Succeeded();
        }

        var run = await CommandRun.OfAsync(rocket.Rocket, $"rocket topics --filter {topic.ToUpperInvariant()} --broker broker-a");
        var row = run.Row(topic);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["topic", "broker", "read-queues", "write-queues", "perm", "messages", "bytes"], run.Row("topic"));
        Assert.Equal([topic, "broker-a", "3", "3", "rw", "3"], row.Take(6));
        Assert.True(long.Parse(row[6], CultureInfo.InvariantCulture) > 0);
        Assert.DoesNotContain("%RETRY%", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 system, retry or dead-letter topics are left out; --all shows them\n", run.Output, StringComparison.Ordinal);

        var all = await CommandRun.JsonOfAsync(rocket.Rocket, "rocket topics --all");
        Assert.Contains(all.Rows(), found => found["topic"].GetString() == "TBW102" && found["perm"].GetString() == "rwx");
        Assert.Contains(all.Rows(), found => found["topic"].GetString() == "%RETRY%readers-of-" + topic);
    }

    [Fact]
    public async Task Queues_shows_offsets_ordinals_and_waiting_pulls()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x", queueId: 1)).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "y", queueId: 1)).Succeeded();
        var waiting = client.PullAsync(new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic }.Waiting(TimeSpan.FromMinutes(1)));

        // The pull is held by the queue's actor once it has come there, and the flush follows within its interval.
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows = [];
        await Eventually.HoldsAsync(async () =>
        {
            rows = (await CommandRun.JsonOfAsync(rocket.Rocket, $"rocket queues {topic}")).Rows();
            return rows[0]["waiting"].GetInt32() == 1 && rows[1]["flushed"].GetInt64() == 2;
        });

        Assert.Equal([0, 1], rows.Select(row => row["queue"].GetInt32()));
        Assert.Equal(JsonValueKind.Null, rows[0]["ordinals"].ValueKind);
        Assert.Equal((0, 0), (rows[0]["messages"].GetInt64(), rows[0]["bytes"].GetInt64()));
        Assert.True(int.Parse(rows[1]["ordinals"].GetString()!, CultureInfo.InvariantCulture) >= 0);
        Assert.Equal((0, 2, 2), (rows[1]["min"].GetInt64(), rows[1]["max"].GetInt64(), rows[1]["messages"].GetInt64()));
        Assert.All(rows, row => Assert.Equal("ok", row["state"].GetString()));

        await client.SendAsync(SendRequest.For(topic, "z")).Succeeded();
        await waiting;
        var text = await CommandRun.OfAsync(rocket.Rocket, $"rocket queues {topic}");
        Assert.Equal(["broker", "queue", "ordinals", "min", "max", "flushed", "messages", "bytes", "waiting", "state"], text.Row("broker"));
        Assert.All(text.Lines.Skip(1), line => Assert.EndsWith(" 0  ok", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clients_shows_connections_with_their_client_and_groups()
    {
        var (topic, group, clientId) = (await rocket.CreateTopicAsync(), UniqueNames.Group(), UniqueNames.ClientId());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, clientId, topic);
        await using var silent = await rocket.Rocket.ConnectToNameServerAsync();
        await silent.ClusterInfoAsync().Succeeded();

        var rows = (await CommandRun.JsonOfAsync(rocket.Rocket, "rocket clients")).Rows();
        var own = Assert.Single(rows, row => row["client"].GetString() == clientId);

        Assert.Equal(("broker-a", group), (own["port"].GetString(), own["consumer-groups"].GetString()));
        Assert.Equal("CLIENT_INNER_PRODUCER", own["producer-groups"].GetString());
        Assert.StartsWith("127.0.0.1:", own["remote"].GetString(), StringComparison.Ordinal);
        Assert.True(own["idle"].GetInt64() >= 0);
        Assert.Contains(rows, row => row["port"].GetString() == "name server" && row["client"].ValueKind == JsonValueKind.Null);
        Assert.Contains(clientId, (await CommandRun.OfAsync(rocket.Rocket, "rocket clients")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rocket queues NoSuchTopic", "no topic is called NoSuchTopic; rocket topics --all lists them")]
    [InlineData("rocket queues TBW102 --broker broker-z", "no broker is called broker-z; there are: broker-a")]
    [InlineData("rocket topics --broker broker-z", "no broker is called broker-z; there are: broker-a")]
    [InlineData("rocket groups no-such-group", "no consumer group is called no-such-group; rocket groups lists them")]
    [InlineData("rocket hand-over broker-z node1", "no broker is called broker-z; there are: broker-a")]
    [InlineData("rocket hand-over broker-a node1", "nothing to do: node1 is master of broker-a")]
    [InlineData("rocket hand-over broker-a node2", "node node2 holds no copy of broker broker-a")]
    [InlineData("rocket force-master broker-a node1 --yes", "nothing to do: node1 is master of broker-a")]
    [InlineData("rocket force-master broker-a node2 --yes", "node node2 holds no copy of broker broker-a")]
    public async Task What_is_not_there_or_cannot_be_is_told_in_one_line(string line, string reason)
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, line);

        Assert.Equal((1, "", reason + "\n"), (run.ExitCode, run.Output, run.Error));
    }
}
