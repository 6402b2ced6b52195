using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Schedules;

/// <summary>Messages with a delay level: property DELAY.</summary>
public sealed class DelayedMessageTests : IAsyncLifetime
{
    private static readonly string[] ShortLevels = ["rocket.broker-defaults.message-delay-level=\"1s 2s 3s\""];

    private RocketProcess _rocket = null!;

    public async Task InitializeAsync() => _rocket = await RocketProcess.StartAsync(ShortLevels);

    public async Task DisposeAsync() => await _rocket.DisposeAsync();

    [Fact]
    public async Task A_delayed_message_wakes_the_pull_that_waits_for_it_when_it_is_due_and_never_before()
    {
        var topic = await _rocket.CreateTopicAsync(queues: 4);
        await using var producer = await _rocket.ConnectAsync();
        await using var consumer = await _rocket.ConnectAsync();
        var waiting = consumer.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic, QueueId = 3 }.Waiting(TimeSpan.FromSeconds(20)));
        var sent = Delayed(topic, "1", queueId: 3);

        var receipt = await producer.SendAsync(sent).Succeeded();

        Assert.Equal(3, receipt.QueueId);
        Assert.Equal(0, (await producer.MaxOffsetAsync(topic, 3).Succeeded()).Offset);
        var message = Assert.Single((await waiting.Succeeded()).Messages);
        Assert.InRange(message.StoreTimestamp - message.BornTimestamp, 1000, 5000);
        Assert.Equal((topic, 3, 0L, "later"), (message.Topic, message.QueueId, message.QueueOffset, Encoding.UTF8.GetString(message.Body.Span)));
        Assert.Equal((sent.Properties!.UniqueKey, "red", "order-1"), (message.Properties.UniqueKey, message.Properties.Tags, message.Properties.Keys));
        Assert.Equal(("1", topic, "3"), (message.Properties["DELAY"], message.Properties["REAL_TOPIC"], message.Properties["REAL_QID"]));
        Assert.NotEqual(receipt.OffsetMessageIds[0].PhysicalOffset, message.PhysicalOffset);
    }

    [Fact]
    public async Task A_level_above_the_greatest_is_the_greatest_and_0_or_less_is_none()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();

        await client.SendAsync(Delayed(topic, "99")).Succeeded();
        await client.SendAsync(Delayed(topic, "0")).Succeeded();
        await client.SendAsync(Delayed(topic, "-5")).Succeeded();

        Assert.Equal(["0", "-5"], (await client.ReadQueueAsync(topic)).Select(message => message.Properties["DELAY"]));
        var last = await ArrivedAsync(client, topic, 2);
        Assert.Equal("99", last.Properties["DELAY"]);
        Assert.InRange(last.StoreTimestamp - last.BornTimestamp, 3000, 8000);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("1s")]
    [InlineData("99999999999")]
    public async Task A_level_that_is_no_number_is_refused(string level)
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var answer = await client.SendAsync(Delayed(topic, level));
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.Equal("the message is illegal: its delay level (property DELAY) is no number", answer.Remark);
    }

    [Fact]
    public async Task A_delayed_message_creates_its_topic_like_any_other()
    {
        var topic = UniqueNames.Topic();
        await using var client = await _rocket.ConnectAsync();
        var receipt = await client.SendAsync(Delayed(topic, "1", queueId: -1)).Succeeded();
        Assert.Equal("later", Encoding.UTF8.GetString((await ArrivedAsync(client, topic, 0, receipt.QueueId)).Body.Span));
    }

    [Fact]
    public async Task Delayed_messages_survive_a_kill_each_once()
    {
        const int count = 300;
        var topic = await _rocket.CreateTopicAsync();
        await using (var client = await _rocket.ConnectAsync())
        {
            for (var i = 0; i < count; i++)
            {
                await client.SendAsync(Delayed(topic, i < 100 ? "1" : "3", body: i.ToString(CultureInfo.InvariantCulture))).Succeeded();
            }

            // What is delivered is noted within half a second; a kill before that would deliver it again.
            await ArrivedAsync(client, topic, 99);
            await Eventually.HoldsAsync(async () => (await client.DelayOffsetsAsync().Succeeded()).Offsets[1] == 100);
        }

        await _rocket.KillAsync();
        await _rocket.StartAgainAsync();

        await using var again = await _rocket.ConnectAsync();
        await ArrivedAsync(again, topic, count - 1);
        var bodies = (await again.ReadQueueAsync(topic)).Select(message => int.Parse(message.Body.Span, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(0, count), bodies.Order());
        Assert.Equal(Enumerable.Range(0, 100), bodies.Take(100));
    }

    [Fact]
    public async Task A_stop_in_order_delivers_nothing_twice()
    {
        const int count = 200;
        var topic = await _rocket.CreateTopicAsync();
        await using (var client = await _rocket.ConnectAsync())
        {
            for (var i = 0; i < count; i++)
            {
                await client.SendAsync(Delayed(topic, "1", body: i.ToString(CultureInfo.InvariantCulture))).Succeeded();
            }

            await ArrivedAsync(client, topic, 20);
        }

        Assert.Equal(0, await _rocket.StopAsync());
        await _rocket.StartAgainAsync();

        await using var again = await _rocket.ConnectAsync();
        await ArrivedAsync(again, topic, count - 1);
        Assert.Equal(Enumerable.Range(0, count), (await again.ReadQueueAsync(topic)).Select(message => int.Parse(message.Body.Span, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_batch_cannot_be_delayed()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var batch = SendRequest.ForBatch(topic, ["a"u8.ToArray(), "b"u8.ToArray()]);
        batch.Properties!.Add(PropertyName.Delay, "1");
        Assert.Equal(ResponseCode.MessageIllegal, (await client.SendAsync(batch, SendForm.Batch)).Code);
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
    }

    private static SendRequest Delayed(string topic, string level, int queueId = 0, string body = "later")
    {
        var request = SendRequest.For(topic, body, tags: "red", keys: "order-1", queueId);
        request.Properties!.Add(PropertyName.Delay, level);
        return request;
    }

    private static async Task<StoredMessage> ArrivedAsync(RemotingConnection client, string topic, long offset, int queueId = 0)
    {
        while (true)
        {
            var answer = await client.PullAsync(
                new PullRequest { ConsumerGroup = "g", Topic = topic, QueueId = queueId, QueueOffset = offset }.Waiting(TimeSpan.FromSeconds(15)));
            if (answer.Code == ResponseCode.Success)
            {
                return answer.Messages[0];
            }

            // Further ahead than the queue's end: what comes first is waited for.
            Assert.Equal(ResponseCode.PullOffsetMoved, answer.Code);
            await ArrivedAsync(client, topic, answer.MaxOffset, queueId);
        }
    }
}
