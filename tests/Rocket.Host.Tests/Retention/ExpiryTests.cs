using System.Globalization;
using Rocket.Host.Tests.Recovery;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Retention;

/// <summary>Messages that are older than file-reserved-time: what clients see when they have gone.</summary>
public sealed class ExpiryTests
{
    private const int BodyBytes = 60_000;
    private const int Messages = 100;

    /// <summary>Every hour is an hour of delete-when, and a second is old.</summary>
    private static readonly string[] Settings =
    [
        "rocket.broker-defaults.segment-size=1 MiB",
        "rocket.broker-defaults.max-message-size=64 KiB",
        $"rocket.broker-defaults.delete-when={string.Join(';', Enumerable.Range(0, 24))}",
        "rocket.broker-defaults.file-reserved-time=1 s",
        "rocket.broker-defaults.retention-check-interval=100 ms",
    ];

    [Theory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task Expired_segments_go_and_everything_that_clients_ask_begins_at_the_new_minimum(string flush)
    {
        await using var rocket = await RocketProcess.StartAsync([.. Settings, $"rocket.broker-defaults.flush-disk-type={flush}"]);
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var receipts = await SendAsync(client, topic);

        var minimum = await GoneAsync(rocket, client, topic);

        // The active segment stays, whatever its age.
        var kept = await client.ReadQueueAsync(topic, from: minimum);
        Assert.Equal(Enumerable.Range((int)minimum, Messages - (int)minimum), kept.Select(message => (int)message.QueueOffset));
        Assert.InRange(kept.Count, 1, 17);
        await AssertBelowMinimumAsync(client, topic, minimum, receipts);
        await AssertAboveMinimumAsync(client, topic, minimum, receipts);
        Assert.Equal(Messages, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(Messages, (await client.SendAsync(SendRequest.For(topic, "next")).Succeeded()).QueueOffset);

        var lines = Deletions(rocket);
        Assert.Equal((Messages - kept.Count) / 17, lines.Length);
        Assert.StartsWith($"Queue {topic}@0: deleted segment 00000000000000000000.log, offsets 0 to 16, ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("Z: expired (file-reserved-time), at an hour of delete-when", lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_minimum_survives_a_stop_and_a_kill(bool kill)
    {
        await using var rocket = await RocketProcess.StartAsync(Settings);
        var topic = await rocket.CreateTopicAsync();
        IReadOnlyList<SendReceipt> receipts;
        long minimum;
        await using (var client = await rocket.ConnectAsync())
        {
            receipts = await SendAsync(client, topic);
            minimum = await GoneAsync(rocket, client, topic);
        }

        await (kill ? rocket.KillAsync() : rocket.StopAsync());
        await rocket.StartAgainAsync();

        await using var again = await rocket.ConnectAsync();
        Assert.Equal(minimum, (await again.MinOffsetAsync(topic, 0).Succeeded()).Offset);
        await AssertBelowMinimumAsync(again, topic, minimum, receipts);
        await AssertAboveMinimumAsync(again, topic, minimum, receipts);
        Assert.Equal(Messages, (await again.SendAsync(SendRequest.For(topic, "next")).Succeeded()).QueueOffset);
    }

    [Fact]
    public async Task A_consumer_whose_offset_has_gone_continues_at_the_minimum()
    {
        await using var rocket = await RocketProcess.StartAsync(Settings);
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await SendAsync(client, topic);
        await client.UpdateOffsetAsync(group, topic, 0, 3).Succeeded();
        var minimum = await GoneAsync(rocket, client, topic);

        var offset = (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset;
        Assert.Equal(3, offset);
        var moved = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = offset });
        Assert.Equal((ResponseCode.PullOffsetMoved, minimum), (moved.Code, moved.NextBeginOffset));
        Assert.Equal(minimum, (await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = minimum }).Succeeded()).Messages[0].QueueOffset);

        // A group without an offset cannot begin at 0 any more, as it could in a queue that has lost nothing.
        Assert.Equal(ResponseCode.QueryNotFound, (await client.QueryOffsetAsync(UniqueNames.Group(), topic, 0)).Code);
    }

    [Fact]
    public async Task Kills_in_the_middle_of_deletions_lose_nothing_that_was_to_stay()
    {
        const int queues = 8;
        await using var rocket = await RocketProcess.StartAsync(Settings);
        var topic = await rocket.CreateTopicAsync(queues);
        var receipts = new List<SendReceipt>();
        for (var round = 0; round < 4; round++)
        {
            await using (var client = await rocket.ConnectAsync())
            {
                for (var i = 0; i < 60; i++)
                {
                    receipts.AddRange(await Task.WhenAll(Enumerable.Range(0, queues).Select(queueId => SendOneAsync(client, topic, i, queueId))));
                }

                // Three segments of each of eight queues expire at once.
                await rocket.Run.WaitForOutputAsync("deleted segment", TimeSpan.FromSeconds(20));
                await rocket.KillAsync();
            }

            await rocket.StartAgainAsync();
            await AssertKeptAsync(rocket, topic, queues, receipts);
        }
    }

    private static async Task<IReadOnlyList<SendReceipt>> SendAsync(RemotingConnection client, string topic)
    {
        List<SendReceipt> receipts = [];
        for (var i = 0; i < Messages; i++)
        {
            receipts.Add(await SendOneAsync(client, topic, i, queueId: 0));
        }

        return receipts;
    }

    private static async Task<SendReceipt> SendOneAsync(RemotingConnection client, string topic, int number, int queueId)
    {
        var body = new byte[BodyBytes];
        Random.Shared.NextBytes(body);
        var request = SendRequest.For(topic, body, tags: "t", keys: $"key-{number.ToString(CultureInfo.InvariantCulture)}", queueId: queueId);
        var answer = await client.SendAsync(request).Succeeded();
        return new SendReceipt(topic, queueId, answer.QueueOffset, answer.OffsetMessageIds.Single(), body, request.Properties!.UniqueKey);
    }

    /// <summary>Waits until the active segment alone is left, and returns the minimum offset.</summary>
    private static async Task<long> GoneAsync(RocketProcess rocket, RemotingConnection client, string topic)
    {
        await Eventually.HoldsAsync(() => Directory.GetFiles(Path.Combine(rocket.DataDir, "brokers/broker-a/queues", topic + "@0"), "*.log").Length == 1);
        var minimum = (await client.MinOffsetAsync(topic, 0).Succeeded()).Offset;
        Assert.InRange(minimum, 1, Messages - 1);
        return minimum;
    }

    private static async Task AssertBelowMinimumAsync(RemotingConnection client, string topic, long minimum, IReadOnlyList<SendReceipt> receipts)
    {
        foreach (var offset in new[] { 0, minimum / 2, minimum - 1 })
        {
            var moved = await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic, QueueOffset = offset }.Waiting(TimeSpan.FromSeconds(20)));
            Assert.Equal(
                (ResponseCode.PullOffsetMoved, minimum, minimum, receipts.Count), (moved.Code, moved.NextBeginOffset, moved.MinOffset, (int)moved.MaxOffset));
            Assert.Equal(ResponseCode.SystemError, (await client.ViewAsync(receipts[(int)offset].Id.PhysicalOffset)).Code);
            Assert.Equal(ResponseCode.QueryNotFound, (await client.QueryMessageAsync(new QueryMessageRequest(topic, $"key-{offset}"))).Code);
        }

        foreach (var time in new[] { 0, -1, DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds() })
        {
            Assert.Equal(minimum, (await client.SearchOffsetAsync(topic, 0, time).Succeeded()).Offset);
        }
    }

    private static async Task AssertAboveMinimumAsync(RemotingConnection client, string topic, long minimum, IReadOnlyList<SendReceipt> receipts)
    {
        foreach (var offset in new[] { minimum, receipts.Count - 1 })
        {
            var receipt = receipts[(int)offset];
            var found = (await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic, QueueOffset = offset, MaxMsgNums = 1 }).Succeeded()).Messages[0];
            AssertSame(receipt, found);
            AssertSame(receipt, Assert.Single((await client.ViewAsync(receipt.Id.PhysicalOffset).Succeeded()).Messages));
            AssertSame(receipt, Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(topic, $"key-{offset}")).Succeeded()).Messages));
            Assert.InRange((await client.SearchOffsetAsync(topic, 0, found.StoreTimestamp).Succeeded()).Offset, minimum, offset);
        }

        var first = await client.ReadOneAsync(topic, 0, minimum);
        Assert.Equal(first.StoreTimestamp, (await client.EarliestStoreTimeAsync(topic, 0).Succeeded()).Timestamp);
    }

    /// <summary>Each queue is whole from its minimum on; what was confirmed is there, or below the minimum.</summary>
    private static async Task AssertKeptAsync(RocketProcess rocket, string topic, int queues, IReadOnlyList<SendReceipt> receipts)
    {
        await using var client = await rocket.ConnectAsync();
        for (var queueId = 0; queueId < queues; queueId++)
        {
            var ofQueue = receipts.Where(receipt => receipt.QueueId == queueId).ToDictionary(receipt => receipt.QueueOffset);
            var stored = await ReadAsync(client, topic, queueId);
            Assert.Equal(Enumerable.Range((int)stored[0].QueueOffset, stored.Count), stored.Select(message => (int)message.QueueOffset));
            Assert.Equal(ofQueue.Keys.Max(), stored[^1].QueueOffset);
            foreach (var message in stored)
            {
                AssertSame(ofQueue[message.QueueOffset], message);
            }
        }
    }

    /// <summary>Reads from the minimum on, which rises meanwhile.</summary>
    private static async Task<List<StoredMessage>> ReadAsync(RemotingConnection client, string topic, int queueId)
    {
        while (true)
        {
            try
            {
                return await client.ReadQueueAsync(topic, queueId, (await client.MinOffsetAsync(topic, queueId).Succeeded()).Offset);
            }
            catch (UnexpectedAnswerException moved) when (moved.Answer.Code == ResponseCode.PullOffsetMoved)
            {
                // What was to be read next has expired; what is left is read again.
            }
        }
    }

    private static void AssertSame(SendReceipt receipt, StoredMessage message)
    {
        Assert.Equal((receipt.QueueId, receipt.QueueOffset, receipt.Id, receipt.UniqueKey),
            (message.QueueId, message.QueueOffset, message.OffsetMessageId, message.Properties.UniqueKey));
        Assert.True(receipt.Body.AsSpan().SequenceEqual(message.Body.Span), $"{receipt} has another body");
    }

    private static string[] Deletions(RocketProcess rocket) =>
    [
        .. rocket.Output.Split('\n').Where(line => line.Contains("deleted segment", StringComparison.Ordinal)).Select(line => line[line.IndexOf("Queue ", StringComparison.Ordinal)..]),
    ];
}
