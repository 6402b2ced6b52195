using System.Buffers.Binary;
using System.Collections.Concurrent;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Traffic;

/// <summary>What was sent and what was confirmed, to be compared with what is stored. A message's body follows from its number, and none is sent twice.</summary>
internal sealed class SendLedger(string topic, int queues)
{
    private readonly ConcurrentDictionary<long, Receipt> _confirmed = new();

    public string Topic => topic;

    public int Queues => queues;

    /// <summary>Sends that were answered SEND_OK.</summary>
    public int Confirmed => _confirmed.Count;

    /// <summary>Numbers of the confirmed messages with what their senders were told.</summary>
    public IEnumerable<KeyValuePair<long, Receipt>> Receipts => _confirmed;

    /// <summary>A sender's next message; a sender stays in one queue.</summary>
    public SendRequest Request(int sender, int sequence) => SendRequest.For(topic, Body(Number(sender, sequence)), queueId: QueueOf(sender));

    /// <summary>The queue that a sender sends to.</summary>
    public int QueueOf(int sender) => sender % queues;

    /// <exception cref="BrokenPromiseException">It was confirmed before.</exception>
    public void Confirm(int sender, int sequence, SendAnswer answer) =>
        BrokenPromiseException.ThrowUnless(
            _confirmed.TryAdd(Number(sender, sequence), new Receipt(answer.QueueId, answer.QueueOffset, answer.OffsetMessageIds.Single())),
            $"message {sequence} of sender {sender} was confirmed twice: {answer}");

    /// <summary>
    /// Every confirmed message is at the offset that it was given, with its id and bytes; offsets are dense; nothing else is there but messages that were sent and not confirmed, each
    /// once; a sender's confirmed messages are in their order.
    /// </summary>
    /// <returns>Messages that are stored.</returns>
    /// <exception cref="BrokenPromiseException">Something of this does not hold.</exception>
    public async Task<int> CheckAsync(RemotingConnection client)
    {
        HashSet<long> stored = [];
        for (var queue = 0; queue < queues; queue++)
        {
            var next = 0L;
            await foreach (var message in client.ReadEachAsync(topic, queue))
            {
                var number = NumberOf(message);
                BrokenPromiseException.ThrowUnless(message.QueueOffset == next++, $"{message.QueueOffset} stands at {queue}/{next - 1}");
                BrokenPromiseException.ThrowUnless(IsWhole(message), $"message {number} at {queue}/{message.QueueOffset} has another body");
                BrokenPromiseException.ThrowUnless(stored.Add(number), $"message {number} at {queue}/{message.QueueOffset} is there twice");
                if (_confirmed.TryGetValue(number, out var receipt))
                {
                    var found = new Receipt(message.QueueId, message.QueueOffset, message.OffsetMessageId);
                    BrokenPromiseException.ThrowUnless(receipt == found, $"message {number} was confirmed as {receipt} and is {found}");
                }
            }
        }

        Receipt[] missing = [.. _confirmed.Where(receipt => !stored.Contains(receipt.Key)).Select(receipt => receipt.Value)];
        BrokenPromiseException.ThrowUnless(missing.Length == 0, $"{missing.Length} of {Confirmed} confirmed messages are lost, such as {string.Join("; ", missing.Take(5))}");
        CheckOrder();
        return stored.Count;
    }

    /// <summary>The number of a message that this ledger's topic holds.</summary>
    public static long NumberOf(StoredMessage message) => BinaryPrimitives.ReadInt64BigEndian(message.Body.Span);

    /// <summary>Whether a message has the body that was sent with its number.</summary>
    public static bool IsWhole(StoredMessage message) => message.BodyCrcMatches && message.Body.Span.SequenceEqual(Body(NumberOf(message)));

    private void CheckOrder()
    {
        foreach (var sender in _confirmed.GroupBy(receipt => receipt.Key >> 32))
        {
            var offsets = sender.OrderBy(receipt => receipt.Key).Select(receipt => receipt.Value.Offset).ToList();
            BrokenPromiseException.ThrowUnless(offsets.Zip(offsets.Skip(1)).All(pair => pair.First < pair.Second), $"the messages of sender {sender.Key} are in another order");
        }
    }

    private static long Number(int sender, int sequence) => ((long)sender << 32) | (uint)sequence;

    private static byte[] Body(long number)
    {
        var body = new byte[sizeof(long) + (int)((uint)number * 37 % 2000)];
        BinaryPrimitives.WriteInt64BigEndian(body, number);
        new Random((int)(number ^ (number >> 32))).NextBytes(body.AsSpan(sizeof(long)));
        return body;
    }
}

/// <summary>What a sender was told with SEND_OK.</summary>
internal readonly record struct Receipt(int Queue, long Offset, OffsetMessageId Id);
