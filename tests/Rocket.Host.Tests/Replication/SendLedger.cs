using System.Buffers.Binary;
using System.Collections.Concurrent;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>What was sent and what was confirmed, to be compared with what is stored. A message's body follows from its number, and none is sent twice.</summary>
internal sealed class SendLedger(string topic, int queues)
{
    private readonly ConcurrentDictionary<long, Receipt> _confirmed = new();

    public string Topic => topic;

    public int Queues => queues;

    /// <summary>Sends that were answered SEND_OK.</summary>
    public int Confirmed => _confirmed.Count;

    /// <summary>A sender's next message; a sender stays in one queue.</summary>
    public SendRequest Request(int sender, int sequence) => SendRequest.For(topic, Body(Number(sender, sequence)), queueId: sender % queues);

    public void Confirm(int sender, int sequence, SendAnswer answer) =>
        Assert.True(_confirmed.TryAdd(Number(sender, sequence), new Receipt(answer.QueueId, answer.QueueOffset, answer.OffsetMessageIds.Single())));

    /// <summary>
    /// Every confirmed message is at the offset that it was given, with its id and bytes; offsets are dense; nothing else is there but messages that were sent and not confirmed, each
    /// once; a sender's confirmed messages are in their order.
    /// </summary>
    /// <returns>Messages that are stored.</returns>
    public async Task<int> CheckAsync(RemotingConnection client)
    {
        Dictionary<long, StoredMessage> stored = [];
        for (var queue = 0; queue < queues; queue++)
        {
            var messages = await client.ReadQueueAsync(topic, queue);
            Assert.Equal(Enumerable.Range(0, messages.Count).Select(offset => (long)offset), messages.Select(message => message.QueueOffset));
            foreach (var message in messages)
            {
                var number = NumberOf(message);
                Assert.True(message.BodyCrcMatches && message.Body.Span.SequenceEqual(Body(number)), $"message {number} at {queue}/{message.QueueOffset} has another body");
                Assert.True(stored.TryAdd(number, message), $"message {number} at {queue}/{message.QueueOffset} is there twice");
            }
        }

        Receipt[] missing = [.. _confirmed.Where(receipt => !stored.ContainsKey(receipt.Key)).Select(receipt => receipt.Value)];
        Assert.True(missing.Length == 0, $"{missing.Length} of {Confirmed} confirmed messages are lost, such as {string.Join("; ", missing.Take(5))}");
        foreach (var (number, receipt) in _confirmed)
        {
            var message = stored[number];
            Assert.Equal(receipt, new Receipt(message.QueueId, message.QueueOffset, message.OffsetMessageId));
        }

        foreach (var sender in _confirmed.GroupBy(receipt => receipt.Key >> 32))
        {
            var offsets = sender.OrderBy(receipt => receipt.Key).Select(receipt => receipt.Value.Offset).ToList();
            Assert.True(offsets.Zip(offsets.Skip(1)).All(pair => pair.First < pair.Second), $"the messages of sender {sender.Key} are in another order");
        }

        return stored.Count;
    }

    /// <summary>The number of a message that this ledger's topic holds.</summary>
    public static long NumberOf(StoredMessage message) => BinaryPrimitives.ReadInt64BigEndian(message.Body.Span);

    private static long Number(int sender, int sequence) => ((long)sender << 32) | (uint)sequence;

    private static byte[] Body(long number)
    {
        var body = new byte[sizeof(long) + (int)((uint)number * 37 % 2000)];
        BinaryPrimitives.WriteInt64BigEndian(body, number);
        new Random((int)(number ^ (number >> 32))).NextBytes(body.AsSpan(sizeof(long)));
        return body;
    }

    private sealed record Receipt(int Queue, long Offset, OffsetMessageId Id);
}
