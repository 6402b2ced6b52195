using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Schedules;

/// <summary>Messages that say themselves when they are to be delivered.</summary>
public sealed class TimedMessageTests : IAsyncLifetime
{
    private RocketProcess _rocket = null!;

    public async Task InitializeAsync() => _rocket = await RocketProcess.StartAsync("rocket.broker-defaults.timer-max-delay=1 h");

    public async Task DisposeAsync() => await _rocket.DisposeAsync();

    [Theory]
    [InlineData("TIMER_DELAY_SEC", "2", 2000)]
    [InlineData("TIMER_DELAY_MS", "1500", 1500)]
    public async Task One_with_a_delay_wakes_the_pull_that_waits_for_it_when_it_is_due_and_never_before(string property, string value, int delay)
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var sent = Timed(topic, (property, value));
        await client.SendAsync(sent).Succeeded();

        var message = await ArrivedAsync(client, topic);

        Assert.InRange(message.StoreTimestamp - message.BornTimestamp, delay, delay + 5000);
        Assert.Equal((topic, sent.Properties!.UniqueKey, "red"), (message.Topic, message.Properties.UniqueKey, message.Properties.Tags));
        Assert.Equal(value, message.Properties[property]);
        Assert.Equal("red", Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(topic, "order-1")).Succeeded()).Messages).Properties.Tags);
    }

    [Theory]
    [InlineData("TIMER_DELIVER_MS")]
    [InlineData("__STARTDELIVERTIME")]
    public async Task One_with_a_time_comes_at_that_time(string property)
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var due = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 2000;
        await client.SendAsync(Timed(topic, (property, due.ToString(CultureInfo.InvariantCulture)))).Succeeded();
        Assert.InRange((await ArrivedAsync(client, topic)).StoreTimestamp, due, due + 5000);
    }

    [Fact]
    public async Task Later_ones_do_not_hold_up_earlier_ones()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        foreach (var delay in new[] { "3000", "1000", "600000", "2000", "1" })
        {
            await client.SendAsync(Timed(topic, ("TIMER_DELAY_MS", delay))).Succeeded();
        }

        List<string?> order = [];
        while (order.Count < 4)
        {
            order.Add((await ArrivedAsync(client, topic, order.Count)).Properties["TIMER_DELAY_MS"]);
        }

        Assert.Equal(["1", "1000", "2000", "3000"], order);
    }

    [Theory]
    [InlineData("TIMER_DELIVER_MS", "1000")]
    [InlineData("TIMER_DELAY_SEC", "0")]
    public async Task One_whose_time_has_passed_comes_at_once(string property, string value)
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        await client.SendAsync(Timed(topic, (property, value))).Succeeded();
        Assert.Single(await client.ReadQueueAsync(topic));
    }

    [Theory]
    [InlineData("TIMER_DELAY_SEC", "3601", "the message is illegal: its time of delivery is more than 3600 s away (timer-max-delay)")]
    [InlineData("TIMER_DELAY_SEC", "9223372036854775807", "the message is illegal: its time of delivery is more than 3600 s away (timer-max-delay)")]
    [InlineData("TIMER_DELIVER_MS", "9223372036854775807", "the message is illegal: its time of delivery is more than 3600 s away (timer-max-delay)")]
    [InlineData("TIMER_DELAY_MS", "soon", "the message is illegal: its time of delivery is no number, or less than 0")]
    [InlineData("TIMER_DELAY_MS", "-1", "the message is illegal: its time of delivery is no number, or less than 0")]
    public async Task One_beyond_the_horizon_or_without_a_number_is_refused(string property, string value, string remark)
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var answer = await client.SendAsync(Timed(topic, (property, value)));
        Assert.Equal((ResponseCode.MessageIllegal, remark), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_level_counts_more_than_a_time_and_seconds_more_than_the_others()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        await client.SendAsync(Timed(topic, ("TIMER_DELIVER_MS", "1"), ("TIMER_DELAY_MS", "1"), ("TIMER_DELAY_SEC", "2"))).Succeeded();
        var message = await ArrivedAsync(client, topic);
        Assert.InRange(message.StoreTimestamp - message.BornTimestamp, 2000, 7000);

        await client.SendAsync(Timed(topic, ("TIMER_DELAY_SEC", "1800"), (PropertyName.Delay, "1"))).Succeeded();
        message = await ArrivedAsync(client, topic, 1);
        Assert.InRange(message.StoreTimestamp - message.BornTimestamp, 1000, 6000);
    }

    [Fact]
    public async Task They_survive_a_kill_each_once()
    {
        const int count = 200;
        var topic = await _rocket.CreateTopicAsync();
        await using (var client = await _rocket.ConnectAsync())
        {
            for (var i = 0; i < count; i++)
            {
                var request = Timed(topic, ("TIMER_DELAY_MS", i % 2 == 0 ? "200" : "6000")) with { Body = Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)) };
                await client.SendAsync(request).Succeeded();
            }

            // No one of them was due later than the last one was delivered.
            var last = await ArrivedAsync(client, topic, (count / 2) - 1);
            await Eventually.HoldsAsync(() => StoredProgress.HasTimers(_rocket.DataDir, count, last.StoreTimestamp));
        }

        await _rocket.KillAsync();
        await _rocket.StartAgainAsync();

        await using var again = await _rocket.ConnectAsync();
        await ArrivedAsync(again, topic, count - 1);
        var bodies = (await again.ReadQueueAsync(topic)).Select(message => int.Parse(message.Body.Span, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(0, count), bodies.Order());
        Assert.All(bodies.Take(count / 2), body => Assert.Equal(0, body % 2));
    }

    private static SendRequest Timed(string topic, params (string Name, string Value)[] properties)
    {
        var request = SendRequest.For(topic, "timed", tags: "red", keys: "order-1");
        foreach (var (name, value) in properties)
        {
            request.Properties!.Add(name, value);
        }

        return request;
    }

    private static async Task<StoredMessage> ArrivedAsync(RemotingConnection client, string topic, long offset = 0)
    {
        while (true)
        {
            var answer = await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic, QueueOffset = offset }.Waiting(TimeSpan.FromSeconds(15)));
            if (answer.Code == ResponseCode.Success)
            {
                return answer.Messages[0];
            }

            if (answer.Code == ResponseCode.PullOffsetMoved)
            {
                await ArrivedAsync(client, topic, answer.MaxOffset);
            }
            else
            {
                Assert.Equal(ResponseCode.PullNotFound, answer.Code);
            }
        }
    }
}
