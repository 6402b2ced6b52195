using System.Globalization;
using System.Text;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>Messages that wait for something when their master dies: a level, a time of their own, the word of their producer, another try of their consumer.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class WaitingMessagesTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    private const string Group = "payments";
    private const int Count = 60;

    [Fact]
    public async Task What_waits_when_its_master_dies_comes_from_the_next_one_each_once()
    {
        await cluster.MakeWholeAsync();
        var (topic, group) = (await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), UniqueNames.Group());
        SendAnswer[] halves = new SendAnswer[Count];
        await using (var client = await ReplicatedCluster.ConnectAsync(cluster.Node1, ReplicatedCluster.BrokerA))
        {
            // Delivered long before the master dies, and noted.
            var delivered = (await client.DelayOffsetsAsync().Succeeded()).Offsets[1] + Count;
            await SendAsync(client, topic, 0, PropertyName.Delay, "1");
            await ArrivedAsync(client, topic, 0, Count);
            await Eventually.HoldsAsync(async () => (await client.DelayOffsetsAsync().Succeeded()).Offsets[1] >= delivered);

            await SendAsync(client, topic, 1, PropertyName.Delay, "3");
            await SendAsync(client, topic, 2, "TIMER_DELAY_MS", "10000");
            for (var i = 0; i < Count; i++)
            {
                halves[i] = await client.SendAsync(SendRequest.For(topic, Text(i), queueId: 3).ToHalf(Group)).Succeeded();
            }

            for (var i = 0; i < Count / 2; i++)
            {
                await client.EndTransactionAsync(EndTransactionRequest.For(Group, halves[i], i % 2 == 0 ? TransactionWord.Commit : TransactionWord.Rollback)).Succeeded();
            }

            foreach (var message in await client.ReadQueueAsync(topic))
            {
                await client.SendBackAsync(new SendBackRequest(message.PhysicalOffset, group, DelayLevel: 2)).Succeeded();
            }
        }

        await cluster.Node1.Run.KillAsync();
        output.WriteLine($"node2 leads after {(await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2")).TotalSeconds:F1} s");

        await using var next = await ReplicatedCluster.ConnectAsync(cluster.Node2, ReplicatedCluster.BrokerA);
        for (var i = 0; i < Count; i++)
        {
            // Those that are settled are told so once more: nothing comes of it.
            await next.EndTransactionAsync(EndTransactionRequest.For(Group, halves[i], i < Count / 2 || i % 2 == 1 ? TransactionWord.Commit : TransactionWord.Rollback)).Succeeded();
        }

        Assert.Equal(
            Enumerable.Range(0, Count).Where(i => i < Count / 2 ? i % 2 == 0 : i % 2 == 1),
            (await next.ReadQueueAsync(topic, 3)).Select(Number).Order());
        foreach (var (name, queue) in new[] { (topic, 1), (topic, 2), ("%RETRY%" + group, 0) })
        {
            await ArrivedAsync(next, name, queue, Count);
            Assert.Equal(Enumerable.Range(0, Count), (await next.ReadQueueAsync(name, queue)).Select(Number).Order());
        }

        Assert.Equal(Count, (await next.ReadQueueAsync(topic)).Count);
        Assert.All(await next.ReadQueueAsync(topic, 1), message => Assert.InRange(message.StoreTimestamp - message.BornTimestamp, 10_000, 60_000));
        await cluster.MakeWholeAsync();
    }

    [Fact]
    public async Task A_planned_stop_of_the_master_in_the_middle_of_deliveries_delivers_each_once()
    {
        const int many = 10_000;
        await cluster.MakeWholeAsync();
        var topic = await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA);
        await using (var client = await ReplicatedCluster.ConnectAsync(cluster.Node1, ReplicatedCluster.BrokerA))
        {
            // All of them at one time, and more than are under way at once.
            var due = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 15_000;
            await SendTogetherAsync(client, topic, 1, "TIMER_DELIVER_MS", due.ToString(CultureInfo.InvariantCulture), many);
            await SendTogetherAsync(client, topic, 0, PropertyName.Delay, "2", many);
            await ArrivedAsync(client, topic, 1, 1);
        }

        Assert.Equal(0, await cluster.Nodes.StopAsync("node1"));
        output.WriteLine($"node2 leads after {(await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2")).TotalSeconds:F1} s");

        await using var next = await ReplicatedCluster.ConnectAsync(cluster.Node2, ReplicatedCluster.BrokerA);
        foreach (var queue in new[] { 0, 1 })
        {
            await ArrivedAsync(next, topic, queue, many);
            Assert.Equal(Enumerable.Range(0, many), (await next.ReadQueueAsync(topic, queue)).Select(Number).Order());
        }

        await cluster.MakeWholeAsync();
    }

    [Fact]
    public async Task A_planned_stop_of_the_master_in_the_middle_of_commits_shows_each_once()
    {
        const int many = 1000;
        await cluster.MakeWholeAsync();
        var topic = await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA);
        var halves = new SendAnswer[many];
        Task<int> stop;
        await using (var client = await ReplicatedCluster.ConnectAsync(cluster.Node1, ReplicatedCluster.BrokerA))
        {
            for (var i = 0; i < many; i++)
            {
                var request = SendRequest.For(topic, Text(i)).ToHalf(Group);
                if (i % 2 == 0)
                {
                    request.Properties![PropertyName.UniqueKey] = null;
                }

                halves[i] = await client.SendAsync(request).Succeeded();
            }

            // Some are taken before the stop, some in the middle of it; the last ones may not be taken at all.
            stop = cluster.Nodes.StopAsync("node1");
            try
            {
                foreach (var half in halves)
                {
                    await client.EndTransactionOnewayAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit));
                }
            }
            catch (RemotingConnectionClosedException)
            {
                // It was faster.
            }

            Assert.Equal(0, await stop);
        }

        output.WriteLine($"node2 leads after {(await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2")).TotalSeconds:F1} s");
        await using var next = await ReplicatedCluster.ConnectAsync(cluster.Node2, ReplicatedCluster.BrokerA);
        output.WriteLine($"{(await next.MaxOffsetAsync(topic, 0).Succeeded()).Offset} were committed before");
        foreach (var half in halves)
        {
            await next.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        }

        Assert.Equal(Enumerable.Range(0, many), (await next.ReadQueueAsync(topic, 0)).Select(Number).Order());
        await cluster.MakeWholeAsync();
    }

    private static async Task SendAsync(RemotingConnection client, string topic, int queue, string property, string value, int count = Count)
    {
        for (var i = 0; i < count; i++)
        {
            var request = SendRequest.For(topic, Text(i), queueId: queue);
            request.Properties!.Add(property, value);
            await client.SendAsync(request).Succeeded();
        }
    }

    private static async Task SendTogetherAsync(RemotingConnection client, string topic, int queue, string property, string value, int count)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(200))
        {
            await Task.WhenAll(some.Select(async i =>
            {
                var request = SendRequest.For(topic, Text(i), queueId: queue);
                request.Properties!.Add(property, value);
                await client.SendAsync(request).Succeeded();
            }));
        }
    }

    /// <summary>Waits until a queue has so many messages, by pulls that are held.</summary>
    private static async Task ArrivedAsync(RemotingConnection client, string topic, int queue, int count)
    {
        for (var next = 0L; next < count;)
        {
            var pull = new PullRequest { ConsumerGroup = "g", Topic = topic, QueueId = queue, QueueOffset = next }.Waiting(TimeSpan.FromSeconds(30));
            var answer = await client.PullAsync(pull, TimeSpan.FromSeconds(60));
            Assert.True(answer.Code is ResponseCode.Success or ResponseCode.PullNotFound, answer.ToString());
            next = answer.NextBeginOffset;
        }
    }

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static int Number(StoredMessage message) => int.Parse(Encoding.UTF8.GetString(message.Body.Span), CultureInfo.InvariantCulture);
}
