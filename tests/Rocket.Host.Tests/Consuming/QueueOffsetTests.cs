using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>What a queue holds: greatest and least offset, and offsets by time (29 to 32).</summary>
[Collection(ConsumingCollection.Name)]
public sealed class QueueOffsetTests(ConsumingRocket rocket)
{
    [Fact]
    public async Task The_greatest_offset_is_the_next_one_to_be_written()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);

        for (var i = 1; i <= 3; i++)
        {
            await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
            Assert.Equal(i, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        }

        Assert.Equal(0, (await client.MinOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 1).Succeeded()).Offset);
    }

    [Fact]
    public async Task The_earliest_store_time_is_that_of_the_first_message()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        Assert.Equal(-1, (await client.EarliestStoreTimeAsync(topic, 0).Succeeded()).Timestamp);

        await client.SendTagsAsync(topic, "a", "b");

        Assert.Equal(
            (await client.ReadOneAsync(topic, 0, 0)).StoreTimestamp, (await client.EarliestStoreTimeAsync(topic, 0).Succeeded()).Timestamp);
    }

    [Fact]
    public async Task A_search_by_time_finds_the_first_message_stored_then_or_later()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync(SendRequest.For(topic, $"{i}")).Succeeded();
            await ClockAdvancesAsync();
        }

        var times = (await client.ReadQueueAsync(topic)).Select(message => message.StoreTimestamp).ToArray();
        Assert.Equal(times.Distinct(), times);
        for (var i = 0; i < times.Length; i++)
        {
            Assert.Equal(i, (await client.SearchOffsetAsync(topic, 0, times[i]).Succeeded()).Offset);
            if (i > 0)
            {
                Assert.Equal(i, (await client.SearchOffsetAsync(topic, 0, times[i - 1] + 1).Succeeded()).Offset);
            }
        }

        Assert.Equal(0, (await client.SearchOffsetAsync(topic, 0, times[0] - 1_000_000).Succeeded()).Offset);
        Assert.Equal(0, (await client.SearchOffsetAsync(topic, 0, 0).Succeeded()).Offset);
        Assert.Equal(0, (await client.SearchOffsetAsync(topic, 0, -1).Succeeded()).Offset);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(86_400_000)]
    public async Task A_search_behind_the_end_finds_the_last_message(long later)
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b", "c");
        await using var client = await rocket.ConnectAsync();
        var last = (await client.ReadOneAsync(topic, 0, 2)).StoreTimestamp;

        Assert.Equal(2, (await client.SearchOffsetAsync(topic, 0, last + later).Succeeded()).Offset);
        Assert.Equal(2, (await client.SearchOffsetAsync(topic, 0, long.MaxValue).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_search_in_an_empty_queue_or_one_that_is_not_there_finds_0()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(0, (await client.SearchOffsetAsync(topic, 0, 1).Succeeded()).Offset);
        Assert.Equal(0, (await client.SearchOffsetAsync(topic, 0, long.MaxValue).Succeeded()).Offset);
        Assert.Equal(0, (await client.SearchOffsetAsync(topic, 7, 1).Succeeded()).Offset);
    }

    [Fact]
    public async Task Missing_fields_are_named()
    {
        await using var client = await rocket.ConnectAsync();
        foreach (var code in new[]
                 {
                     RequestCode.SearchOffsetByTimestamp, RequestCode.GetMaxOffset, RequestCode.GetMinOffset, RequestCode.GetEarliestMessageStoreTime,
                 })
        {
            var answer = await client.InvokeAsync(new TestClient.Wire.RemotingCommand { Code = code });

            Assert.Equal((code, ResponseCode.SystemError, "the field topic is missing"), (code, answer.Code, answer.Remark));
        }
    }

    /// <summary>Store times are milliseconds: the next message shall have another one.</summary>
    private static async Task ClockAdvancesAsync()
    {
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() <= start + 1)
        {
            await Task.Delay(1);
        }
    }
}
