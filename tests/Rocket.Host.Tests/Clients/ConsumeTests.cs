using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clients;

[Collection(AliOnsCollection.Name)]
public sealed class ConsumeTests(AliOnsRocket fixture)
{
    private const int Queues = 8;

    private readonly AliOns _client = new(fixture.Rocket);

    [SkippableFact]
    public async Task A_confirmed_message_comes_with_its_id_body_tag_and_key()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        await using var consumer = await _client.StartConsumerAsync(topic, UniqueNames.Group());

        var confirmed = await _client.SendAsync(topic, count: 16, tags: ["red", "blue"]);
        var received = await consumer.WaitForAsync("message", confirmed.Count);

        Assert.Equal(16, confirmed.Count);
        Assert.Equal(Enumerable.Range(0, Queues), confirmed.Select(sent => sent.Queue!.Value).Distinct().Order());
        foreach (var sent in confirmed)
        {
            var message = Assert.Single(received, message => message.Id == sent.Id);
            Assert.Equal("SEND_OK", sent.Status);
            Assert.Equal((sent.Sequence, sent.Queue, sent.Offset), (message.Sequence, message.Queue, message.Offset));
            Assert.Equal(sent.Sequence % 2 == 0 ? "red" : "blue", message.Tag);
            Assert.Equal($"key-{sent.Sequence}", message.Keys);
            Assert.True(message.Intact);
        }

        await consumer.EndAsync("close");
        Assert.Equal(confirmed.Count, consumer.Told("message").Count);
    }

    [SkippableFact]
    public async Task A_body_that_the_client_compressed_comes_back_whole()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        await using var consumer = await _client.StartConsumerAsync(topic, UniqueNames.Group());

        await _client.SendAsync(topic, count: 10, size: 100_000);
        var received = await consumer.WaitForAsync("message", 10);

        Assert.All(received, message => Assert.Equal((100_000, true), (message.Size, message.Intact)));
    }

    [SkippableFact]
    public async Task A_consumer_gets_the_tags_that_it_asked_for_and_no_others()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(queues: 2);
        await using var one = await _client.StartConsumerAsync(topic, UniqueNames.Group(), tags: "red");
        await using var two = await _client.StartConsumerAsync(topic, UniqueNames.Group(), tags: "red || blue");

        // Messages of another tag are last in each queue, so that the others have been looked at when the broker has answered for them.
        await _client.SendAsync(topic, count: 90, tags: ["red", "blue", "green"]);
        await one.WaitForAsync("message", 30);
        await two.WaitForAsync("message", 60);
        await one.EndAsync("close");
        await two.EndAsync("close");

        Assert.Equal(Numbers(90).Where(sequence => sequence % 3 == 0), Sequences(one));
        Assert.Equal(Numbers(90).Where(sequence => sequence % 3 != 2), Sequences(two));
    }

    [SkippableFact]
    public async Task Every_broadcast_consumer_gets_every_message()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(queues: 4);
        var group = UniqueNames.Group();
        await using var first = await _client.StartConsumerAsync(topic, group, broadcast: true, instance: "first");
        await using var second = await _client.StartConsumerAsync(topic, group, broadcast: true, instance: "second");

        await _client.SendAsync(topic, count: 40);
        await first.WaitForAsync("message", 40);
        await second.WaitForAsync("message", 40);
        await first.EndAsync("close");
        await second.EndAsync("close");

        Assert.Equal(Numbers(40), Sequences(first));
        Assert.Equal(Numbers(40), Sequences(second));
    }

    [SkippableFact]
    public async Task A_topic_with_one_queue_is_consumed_in_the_order_of_its_sending()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(queues: 1);
        await using var consumer = await _client.StartConsumerAsync(topic, UniqueNames.Group());

        await _client.SendAsync(topic, count: 200);
        var received = await consumer.WaitForAsync("message", 200);

        Assert.Equal(Numbers(200), received.Select(message => message.Sequence!.Value));
    }

    [SkippableFact]
    public async Task A_group_goes_on_where_it_stopped()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        var group = UniqueNames.Group();
        await using (var before = await _client.StartConsumerAsync(topic, group))
        {
            await _client.SendAsync(topic, count: 20);
            await before.WaitForAsync("message", 20);
            await before.EndAsync("close");
        }

        var sentMeanwhile = await _client.SendAsync(topic, count: 30);
        await using var after = await _client.StartConsumerAsync(topic, group);
        await after.WaitForAsync("message", 30);
        await after.EndAsync("close");

        Assert.Equal(sentMeanwhile.Select(sent => sent.Id).Order(), after.Told("message").Select(message => message.Id).Order());
    }

    [SkippableFact]
    public async Task A_message_whose_handler_failed_comes_again_through_the_retry_topic()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        await using var consumer = await _client.StartConsumerAsync(topic, UniqueNames.Group(), failures: 3);

        await _client.SendAsync(topic, count: 10, tags: "red");
        var received = await consumer.WaitForAsync("message", 10);
        await consumer.EndAsync("close");

        Assert.Equal(Numbers(10), Sequences(consumer));
        Assert.All(received, message => Assert.Equal((message.Sequence < 3 ? 1 : 0, "red", true), (message.ReconsumeTimes, message.Tag, message.Intact)));
    }

    [SkippableTheory]
    [InlineData(2, 0)]
    [InlineData(0, 1500)]
    public async Task A_message_that_is_to_come_later_comes_when_it_is_due(int delayLevel, int deliverAfter)
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        await using var consumer = await _client.StartConsumerAsync(topic, UniqueNames.Group());

        await _client.SendLaterAsync(topic, count: 10, delayLevel, TimeSpan.FromMilliseconds(deliverAfter));
        var received = await consumer.WaitForAsync("message", 10);
        await consumer.EndAsync("close");

        Assert.Equal(Numbers(10), Sequences(consumer));
        Assert.All(received, message => Assert.InRange(message.Waited!.Value, delayLevel > 0 ? 2000 : deliverAfter, 20_000));
        Assert.All(received, message => Assert.Equal(("later", true), (message.Tag, message.Intact)));
    }

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    private static IEnumerable<int> Sequences(NodeScript consumer) => consumer.Told("message").Select(message => message.Sequence!.Value).Order();
}
