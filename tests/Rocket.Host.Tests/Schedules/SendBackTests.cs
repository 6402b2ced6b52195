using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Schedules;

/// <summary>What becomes of a message that its consumer hands back: code 36.</summary>
public sealed class SendBackTests : IAsyncLifetime
{
    private RocketProcess _rocket = null!;

    public async Task InitializeAsync() =>
        _rocket = await RocketProcess.StartAsync("rocket.broker-defaults.message-delay-level=\"1s 2s 1s 1s 1s\"", "rocket.broker-defaults.auto-create-subscription-group=false");

    public async Task DisposeAsync() => await _rocket.DisposeAsync();

    [Fact]
    public async Task It_comes_again_through_the_groups_retry_topic_with_its_origin_and_its_count()
    {
        await using var client = await _rocket.ConnectAsync();
        var (topic, first) = await SentAsync(client);

        await client.SendBackAsync(new SendBackRequest(first.PhysicalOffset, "TOOLS_CONSUMER")).Succeeded();

        var second = await RetriedAsync(client, 0);
        Assert.Equal(1, second.ReconsumeTimes);
        Assert.Equal("%RETRY%TOOLS_CONSUMER", second.Topic);
        AssertComesFrom(first, second, topic);
        Assert.Equal("3", second.Properties["DELAY"]);
        Assert.InRange(second.StoreTimestamp - first.StoreTimestamp, 1000, 10_000);

        // Once more, after a level that the consumer chooses: topic and id stay those of the first.
        await client.SendBackAsync(new SendBackRequest(second.PhysicalOffset, "TOOLS_CONSUMER", DelayLevel: 2)).Succeeded();
        var third = await RetriedAsync(client, 1);
        Assert.Equal(2, third.ReconsumeTimes);
        AssertComesFrom(first, third, topic);
        Assert.Equal("2", third.Properties["DELAY"]);
        Assert.InRange(third.StoreTimestamp - second.StoreTimestamp, 2000, 10_000);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 0)]
    public async Task One_that_came_often_enough_or_that_nobody_wants_again_goes_to_the_dead_letters_at_once(int level, int? most)
    {
        await using var client = await _rocket.ConnectAsync();
        var (topic, first) = await SentAsync(client);

        await client.SendBackAsync(new SendBackRequest(first.PhysicalOffset, "SELF_TEST_C_GROUP", level) { MaxReconsumeTimes = most }).Succeeded();

        var dead = (await client.ReadQueueAsync("%DLQ%SELF_TEST_C_GROUP"))[^1];
        Assert.Equal(("%DLQ%SELF_TEST_C_GROUP", 0, 1), (dead.Topic, dead.QueueId, dead.ReconsumeTimes));
        AssertComesFrom(first, dead, topic);
        Assert.Null(dead.Properties["DELAY"]);
        await using var nameServer = await RemotingConnection.ConnectAsync("127.0.0.1", _rocket.NameServerPort);
        await Eventually.HoldsAsync(async () => (await nameServer.RouteAsync("%DLQ%SELF_TEST_C_GROUP")).IsSuccess);
    }

    [Fact]
    public async Task An_offset_where_no_message_begins_is_answered_so_and_stores_nothing()
    {
        await using var client = await _rocket.ConnectAsync();
        var (_, first) = await SentAsync(client);
        foreach (var offset in new[] { first.PhysicalOffset + 1, first.PhysicalOffset + 1000, -1, long.MaxValue, 1L << 53 })
        {
            var answer = await client.SendBackAsync(new SendBackRequest(offset, "CID_ONSAPI_PULL"));
            Assert.Equal((ResponseCode.SystemError, $"look message by offset failed, {offset}"), (answer.Code, answer.Remark));
        }

        Assert.Equal(0, (await client.MaxOffsetAsync("%RETRY%CID_ONSAPI_PULL", 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_group_that_does_not_exist_and_may_not_be_created_is_answered_26()
    {
        await using var client = await _rocket.ConnectAsync();
        var (_, first) = await SentAsync(client);
        var answer = await client.SendBackAsync(new SendBackRequest(first.PhysicalOffset, "nobody-knows-it"));
        Assert.Equal((ResponseCode.SubscriptionGroupNotExist, "subscription group not exist, nobody-knows-it"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task One_that_waits_survives_a_kill()
    {
        StoredMessage first;
        await using (var client = await _rocket.ConnectAsync())
        {
            (_, first) = await SentAsync(client);
            await client.SendBackAsync(new SendBackRequest(first.PhysicalOffset, "CID_ONSAPI_OWNER", DelayLevel: 2)).Succeeded();
        }

        await _rocket.KillAsync();
        await _rocket.StartAgainAsync();
        await using var again = await _rocket.ConnectAsync();
        Assert.Equal(first.Properties.UniqueKey, (await RetriedAsync(again, 0, "CID_ONSAPI_OWNER")).Properties.UniqueKey);
    }

    private async Task<(string Topic, StoredMessage Message)> SentAsync(RemotingConnection client)
    {
        var topic = await _rocket.CreateTopicAsync();
        var request = SendRequest.For(topic, "failed", tags: "red", keys: "order-1") with { Flag = 7 };
        request.Properties!.Add("colour", "dark red");
        await client.SendAsync(request).Succeeded();
        return (topic, await client.ReadOneAsync(topic, 0, 0));
    }

    private static async Task<StoredMessage> RetriedAsync(RemotingConnection client, long offset, string group = "TOOLS_CONSUMER")
    {
        PullAnswer answer;
        do
        {
            answer = await client.PullAsync(
                new PullRequest { ConsumerGroup = group, Topic = "%RETRY%" + group, QueueOffset = offset }.Waiting(TimeSpan.FromSeconds(20)));
        }
        while (answer.Code == ResponseCode.PullNotFound);
        return answer.Succeeded().Messages[0];
    }

    private static void AssertComesFrom(StoredMessage first, StoredMessage retry, string topic)
    {
        Assert.Equal("failed", Encoding.UTF8.GetString(retry.Body.Span));
        Assert.Equal((first.Flag, first.SystemFlag, first.BornTimestamp, first.BornHost), (retry.Flag, retry.SystemFlag, retry.BornTimestamp, retry.BornHost));
        Assert.Equal((topic, first.OffsetMessageId.ToString()), (retry.Properties["RETRY_TOPIC"], retry.Properties["ORIGIN_MESSAGE_ID"]));
        foreach (var (name, value) in first.Properties)
        {
            Assert.Equal(value, retry.Properties[name]);
        }
    }
}
