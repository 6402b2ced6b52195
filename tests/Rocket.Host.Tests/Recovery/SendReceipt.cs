using System.Collections.Concurrent;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Recovery;

/// <summary>What a producer holds in its hand after SEND_OK: the broker must have the message there for ever.</summary>
internal sealed record SendReceipt(string Topic, int QueueId, long QueueOffset, OffsetMessageId Id, byte[] Body, string? UniqueKey);

/// <summary>All receipts of a test, and the comparison with what the broker has.</summary>
internal sealed class SendReceipts
{
    private readonly ConcurrentQueue<SendReceipt> _receipts = new();

    public int Count => _receipts.Count;

    public void Add(SendRequest request, SendAnswer answer) =>
        _receipts.Enqueue(new SendReceipt(
            request.Topic,
            answer.QueueId,
            answer.QueueOffset,
            answer.OffsetMessageIds.Single(),
            request.Body.ToArray(),
            request.Properties?.UniqueKey));

    /// <summary>
    /// Every receipt's message is at its offset with its physical offset and its bytes, the offsets of each queue are dense, and ids lead to
    /// the same messages.
    /// </summary>
    public async Task AssertAllThereAsync(RocketProcess rocket)
    {
        await using var client = await rocket.ConnectAsync();
        await AssertAllThereAsync(client);
    }

    /// <summary>The same over a connection, which may be one to another broker.</summary>
    public async Task AssertAllThereAsync(RemotingConnection client)
    {
        foreach (var queue in _receipts.GroupBy(receipt => (receipt.Topic, receipt.QueueId)))
        {
            var stored = await client.ReadQueueAsync(queue.Key.Topic, queue.Key.QueueId);
            Assert.Equal(Enumerable.Range(0, stored.Count).Select(offset => (long)offset), stored.Select(message => message.QueueOffset));
            foreach (var receipt in queue)
            {
                Assert.True(receipt.QueueOffset < stored.Count, $"{receipt} is lost: {queue.Key} ends at {stored.Count}");
                AssertSame(receipt, stored[(int)receipt.QueueOffset]);
            }
        }

        foreach (var receipt in _receipts.Chunk(Math.Max(1, Count / 100)).Select(chunk => chunk[0]))
        {
            AssertSame(receipt, Assert.Single((await client.ViewAsync(receipt.Id.PhysicalOffset).Succeeded()).Messages));
        }
    }

    private static void AssertSame(SendReceipt receipt, StoredMessage message)
    {
        Assert.Equal(receipt.QueueOffset, message.QueueOffset);
        Assert.Equal(receipt.QueueId, message.QueueId);
        Assert.Equal(receipt.Id, message.OffsetMessageId);
        Assert.Equal(receipt.UniqueKey, message.Properties.UniqueKey);
        Assert.True(receipt.Body.AsSpan().SequenceEqual(message.Body.Span), $"{receipt} has another body");
        Assert.True(message.BodyCrcMatches);
    }
}

/// <summary>Producers that send without a pause until their connections end.</summary>
internal sealed class Load(RocketProcess rocket, string topic, int queues, SendReceipts receipts)
{
    private const int Connections = 3;
    private const int InFlight = 32;

    private int _last;

    /// <summary>Sends until the broker ends the connections; the receipts grow meanwhile.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectAndSendAsync()));

    /// <summary>Waits until this many sends are confirmed.</summary>
    public async Task WaitForReceiptsAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (receipts.Count < count)
        {
            await Task.Delay(1, limit.Token);
        }
    }

    private async Task ConnectAndSendAsync()
    {
        await using var client = await rocket.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => SendAsync(client)));
    }

    private async Task SendAsync(RemotingConnection client)
    {
        try
        {
            while (true)
            {
                var number = Interlocked.Increment(ref _last);
                var body = new byte[10 + (number * 37 % 2000)];
                new Random(number).NextBytes(body);
                var request = SendRequest.For(topic, body, tags: $"tag-{number % 7}", keys: $"key-{number}", queueId: number % queues);
                var answer = await client.SendAsync(request);
                if (!answer.IsSuccess)
                {
                    return;
                }

                receipts.Add(request, answer);
            }
        }
        catch (RemotingConnectionClosedException)
        {
            // The broker is gone; what it confirmed is in the receipts.
        }
    }
}
