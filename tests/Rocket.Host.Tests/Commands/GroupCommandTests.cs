using System.Text.Json;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>rocket groups, with a group that has consumed.</summary>
[Collection(CommandsCollection.Name)]
public sealed class GroupCommandTests(CommandsRocket rocket)
{
    [Fact]
    public async Task A_group_that_consumes_has_members_a_model_and_its_lag()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        var consumed = new CountdownEvent(5);
        await using var producer = await rocket.ConnectAsync();
        await using (var consumer = await PushConsumer.StartAsync(rocket.Rocket, group, topic, _ => consumed.Signal()))
        {
            await Eventually.HoldsAsync(() => consumer.Queues.Count == 2);
            for (var i = 0; i < 5; i++)
            {
                await producer.SendAsync(SendRequest.For(topic, $"{i}", queueId: i % 2)).Succeeded();
            }

            await Eventually.HoldsAsync(() => consumed.IsSet);
            await Eventually.HoldsAsync(async () => (await RowAsync(group))["lag"].ValueKind == JsonValueKind.Number && (await RowAsync(group))["lag"].GetInt64() == 0);

            Assert.Equal([group, "1", "push", "clustering", "1", "0"], (await CommandRun.OfAsync(rocket.Rocket, "rocket groups")).Row(group));
            var detail = await CommandRun.OfAsync(rocket.Rocket, $"rocket groups {group}");
            Assert.Equal(0, detail.ExitCode);
            Assert.Contains("push, clustering, 1 member(s)", detail.Output, StringComparison.Ordinal);
            Assert.Contains($"member {consumer.ClientId} from 127.0.0.1:", detail.Output, StringComparison.Ordinal);
            await consumer.StopAsync();
        }

        await producer.SendAsync(SendRequest.For(topic, "behind", queueId: 1)).Succeeded();

        var row = await RowAsync(group);
        Assert.Equal((0, 1), (row["members"].GetInt32(), row["lag"].GetInt64()));
        Assert.Equal(JsonValueKind.Null, row["type"].ValueKind);
        var queues = (await CommandRun.JsonOfAsync(rocket.Rocket, $"rocket groups {group}")).Rows();
        Assert.Equal(
            [(topic, 0, 3L, 3L, 0L), (topic, 1, 2L, 3L, 1L)],
            queues.Where(queue => queue["topic"].GetString() == topic).Select(queue => (
                queue["topic"].GetString()!, queue["queue"].GetInt32(), queue["committed"].GetInt64(), queue["max"].GetInt64(), queue["lag"].GetInt64())));
        Assert.EndsWith("\nno members are connected\n", (await CommandRun.OfAsync(rocket.Rocket, $"rocket groups {group}")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queues_that_a_group_has_committed_nothing_of_have_no_lag()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x", queueId: 0)).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "x", queueId: 1)).Succeeded();
        await client.JoinAsync(group, UniqueNames.ClientId(), topic, model: "BROADCASTING");

        var row = await RowAsync(group);
        Assert.Equal(("broadcasting", JsonValueKind.Null), (row["model"].GetString(), row["lag"].ValueKind));

        await client.UpdateOffsetAsync(group, topic, 1, 0).Succeeded();

        Assert.Equal(1, (await RowAsync(group))["lag"].GetInt64());
        var queues = (await CommandRun.JsonOfAsync(rocket.Rocket, $"rocket groups {group}")).Rows().Where(queue => queue["topic"].GetString() == topic).ToList();
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Number], queues.Select(queue => queue["committed"].ValueKind));
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Number], queues.Select(queue => queue["lag"].ValueKind));
    }

    [Fact]
    public async Task The_owner_of_a_locked_queue_is_named_until_it_unlocks()
    {
        var (topic, group, clientId) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group(), UniqueNames.ClientId());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, clientId, topic);
        var queue = new MessageQueue(topic, "broker-a", 1);
        await client.LockAsync(new LockBatch(group, clientId, [queue])).Succeeded();

        Assert.Equal([null, clientId], await OwnersAsync());

        await client.UnlockAsync(new LockBatch(group, clientId, [queue])).Succeeded();
        Assert.Equal([null, null], await OwnersAsync());

        async Task<IEnumerable<string?>> OwnersAsync() =>
            (await CommandRun.JsonOfAsync(rocket.Rocket, $"rocket groups {group}")).Rows()
                .Where(row => row["topic"].GetString() == topic).Select(row => row["owner"].GetString());
    }

    private async Task<IReadOnlyDictionary<string, JsonElement>> RowAsync(string group) =>
        Assert.Single((await CommandRun.JsonOfAsync(rocket.Rocket, "rocket groups")).Rows(), row => row["group"].GetString() == group);
}
