using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clients;

[Collection(AliOnsCollection.Name)]
public sealed class VolumeTests(AliOnsRocket fixture)
{
    private const int Count = 10_000;
    private const int Size = 1024;

    private readonly AliOns _client = new(fixture.Rocket);

    [SkippableFact]
    public async Task Ten_thousand_messages_of_one_KiB_come_once_each_and_in_the_order_of_their_queue()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(queues: 8);
        await using var consumer = await _client.StartConsumerAsync(topic, UniqueNames.Group());

        var confirmed = await _client.SendAsync(topic, Count, inFlight: 64, Size);
        await consumer.WaitForAsync("message", Count);
        await consumer.EndAsync("close");

        var received = consumer.Told("message");
        Assert.Equal(Enumerable.Range(0, Count), received.Select(message => message.Sequence!.Value).Order());
        Assert.Equal(confirmed.Select(sent => (sent.Sequence, sent.Id)).Order(), received.Select(message => (message.Sequence, message.Id)).Order());
        Assert.All(received, message => Assert.Equal((Size, true), (message.Size, message.Intact)));
        Assert.All(received.GroupBy(message => message.Queue), AssertInOrder);
    }

    /// <summary>Offsets without a gap, and what the producer sent first comes first, though 64 sends were on their way at a time.</summary>
    private static void AssertInOrder(IGrouping<int?, ClientEvent> queue)
    {
        Assert.Equal(Enumerable.Range(0, queue.Count()).Select(offset => (long)offset), queue.Select(message => message.Offset!.Value));
        Assert.Equal(queue.Select(message => message.Sequence).Order(), queue.Select(message => message.Sequence));
    }
}
