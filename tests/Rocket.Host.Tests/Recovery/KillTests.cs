using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Recovery;

/// <summary>SIGKILL, in both flush modes: a crash of the process costs no confirmed message.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task Three_kills_under_load_lose_nothing_that_was_confirmed(string flush)
    {
        await using var rocket = await RocketProcess.StartAsync($"rocket.broker-defaults.flush-disk-type={flush}");
        var topic = await rocket.CreateTopicAsync(queues: 4);
        var receipts = new SendReceipts();
        for (var round = 0; round < 3; round++)
        {
            var load = new Load(rocket, topic, queues: 4, receipts);
            var running = load.RunAsync();
            await load.WaitForReceiptsAsync(receipts.Count + 2000);
            await rocket.KillAsync();
            await running;

            await rocket.StartAgainAsync();
            await receipts.AssertAllThereAsync(rocket);
        }
    }

    [Fact]
    public async Task Kills_lose_nothing_when_logs_have_many_files_and_few_may_be_open()
    {
        const int queues = 100;
        await using var rocket = await RocketProcess.StartAsync(
            "rocket.broker-defaults.segment-size=1 MiB", "rocket.broker-defaults.max-message-size=64 KiB", "rocket.limits.max-open-files=64");
        var topic = await rocket.CreateTopicAsync(queues);
        var receipts = new SendReceipts();
        await using (var client = await rocket.ConnectAsync())
        {
            // Three files in the first queue, one in each of the others.
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync(client, 0, 60_000)));
            await Task.WhenAll(Enumerable.Range(1, queues - 1).Select(queueId => SendAsync(client, queueId, 100)));
        }

        for (var round = 0; round < 2; round++)
        {
            await rocket.KillAsync();
            await rocket.StartAgainAsync();
            await receipts.AssertAllThereAsync(rocket);
            await using var client = await rocket.ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, queues).Select(queueId => SendAsync(client, queueId, 100)));
            var stored = await client.ReadQueueAsync(topic);
            var next = stored.First(message => message.StoreTimestamp > stored[10].StoreTimestamp);
            Assert.Equal(next.QueueOffset, (await client.SearchOffsetAsync(topic, 0, stored[10].StoreTimestamp + 1).Succeeded()).Offset);
            var found = await client.QueryMessageAsync(new QueryMessageRequest(topic, stored[2].Properties.Keys!)).Succeeded();
            Assert.Equal(2, Assert.Single(found.Messages).QueueOffset);
        }

        async Task SendAsync(TestClient.Connections.RemotingConnection client, int queueId, int size)
        {
            var request = SendRequest.For(topic, new byte[size], keys: UniqueNames.ClientId(), queueId: queueId);
            receipts.Add(request, await client.SendAsync(request).Succeeded());
        }
    }

    [Fact]
    public async Task Kills_while_it_recovers_lose_nothing_either()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 4);
        var receipts = new SendReceipts();
        var load = new Load(rocket, topic, queues: 4, receipts);
        var running = load.RunAsync();
        await load.WaitForReceiptsAsync(3000);
        await rocket.KillAsync();
        await running;

        // At whatever point of its start each of them hits.
        foreach (var milliseconds in new[] { 400, 800, 1200 })
        {
            rocket.StartAgain();
            await Task.Delay(milliseconds);
            await rocket.KillAsync();
        }

        await rocket.StartAgainAsync();
        await receipts.AssertAllThereAsync(rocket);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "and on it goes")).Succeeded();
    }

    [Fact]
    public async Task Half_a_record_and_rubbish_behind_the_last_message_are_cut()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var receipts = new SendReceipts();
        var load = new Load(rocket, topic, queues: 2, receipts);
        var running = load.RunAsync();
        await load.WaitForReceiptsAsync(500);
        await rocket.KillAsync();
        await running;
        var logs = Files(rocket, "*.log");
        Assert.NotEmpty(logs);
        foreach (var (file, i) in logs.Select((file, i) => (file, i)))
        {
            await using var log = new FileStream(file, FileMode.Append);
            log.Write(i % 2 == 0 ? new byte[] { 0, 0, 4, 0, 1, 2, 3 } : new byte[5000]);
        }

        await rocket.StartAgainAsync();

        await receipts.AssertAllThereAsync(rocket);
        await using var client = await rocket.ConnectAsync();
        var before = (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset;
        Assert.Equal(before, (await client.SendAsync(SendRequest.For(topic, "next")).Succeeded()).QueueOffset);
    }

    [Fact]
    public async Task Index_files_that_are_missing_or_short_are_built_again()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var receipts = new SendReceipts();
        await using (var client = await rocket.ConnectAsync())
        {
            for (var i = 0; i < 200; i++)
            {
                var request = SendRequest.For(topic, $"{i}", tags: $"tag-{i % 2}", keys: $"key-{i}", queueId: i % 2);
                receipts.Add(request, await client.SendAsync(request).Succeeded());
            }
        }

        foreach (var (damage, number) in new Action<string>[] { File.Delete, file => Cut(file, 100), file => File.WriteAllBytes(file, new byte[512]) }
                     .Select((damage, number) => (damage, number)))
        {
            await rocket.KillAsync();
            string[] companions = [.. Files(rocket, "*.index"), .. Files(rocket, "*.keys")];
            Assert.True(companions.Length >= 4, $"round {number}: {string.Join(' ', companions)}");
            foreach (var file in companions)
            {
                damage(file);
            }

            await rocket.StartAgainAsync();

            await receipts.AssertAllThereAsync(rocket);
            await using var client = await rocket.ConnectAsync();
            var found = await client.QueryMessageAsync(new QueryMessageRequest(topic, "key-123")).Succeeded();
            Assert.Equal("123"u8.ToArray(), Assert.Single(found.Messages).Body.ToArray());
            var filtered = await client.PullAsync(
                new PullRequest { ConsumerGroup = "filter", Topic = topic, QueueId = 1, Subscription = "tag-0" });
            Assert.Equal(ResponseCode.PullRetryImmediately, filtered.Code);
        }
    }

    private static string[] Files(RocketProcess rocket, string pattern) =>
        [.. Directory.GetFiles(rocket.DataDir, pattern, SearchOption.AllDirectories)];

    private static void Cut(string file, int bytes)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(Math.Min(stream.Length, bytes));
    }
}
