using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>
/// The copy of a message that a consumer failed on and that it sends to %RETRY%group by itself, since sending back (36) was refused: how often it was
/// consumed stands in the header, the rest in its properties.
/// </summary>
[Collection(SendingCollection.Name)]
public sealed class RetryCopyTests(SendingRocket rocket)
{
    [Theory]
    [InlineData(SendForm.V2, SerializeType.Json)]
    [InlineData(SendForm.V1, SerializeType.Json)]
    [InlineData(SendForm.V2, SerializeType.RocketMq)]
    public async Task It_is_stored_at_once_with_its_count_and_all_of_its_properties(SendForm form, SerializeType type)
    {
        var (topic, group) = (UniqueNames.Topic(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync(type);

        // The first one creates the group and its topic on the way.
        for (var times = 1; times <= 3; times++)
        {
            await client.SendAsync(Copy(topic, group, times, delayLevel: 0), form).Succeeded();
        }

        var stored = await client.ReadQueueAsync("%RETRY%" + group);
        Assert.Equal([1, 2, 3], stored.Select(message => message.ReconsumeTimes));
        Assert.All(stored, message => Assert.Equal("failed", Encoding.UTF8.GetString(message.Body.Span)));
        foreach (var (message, times) in stored.Zip(Enumerable.Range(1, 3)))
        {
            var sent = Copy(topic, group, times, delayLevel: 0).Properties!;
            Assert.Equal(sent.Append(new("CLUSTER", "DefaultCluster")).OrderBy(pair => pair.Key, StringComparer.Ordinal), message.Properties.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }

        var found = await client.QueryMessageAsync(new QueryMessageRequest("%RETRY%" + group, "order-1") { MaxNum = 10 }).Succeeded();
        Assert.Equal(3, found.Messages.Count);
    }

    [Fact]
    public async Task One_with_a_delay_level_waits_and_keeps_its_count()
    {
        var (topic, group) = (UniqueNames.Topic(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(Copy(topic, group, 2, delayLevel: 1)).Succeeded();

        Assert.Equal(0, (await client.MaxOffsetAsync("%RETRY%" + group, 0).Succeeded()).Offset);
        var pull = new PullRequest { ConsumerGroup = group, Topic = "%RETRY%" + group }.Waiting(TimeSpan.FromSeconds(20));
        var message = Assert.Single((await client.PullAsync(pull).Succeeded()).Messages);
        Assert.Equal(("%RETRY%" + group, 2, topic), (message.Topic, message.ReconsumeTimes, message.Properties[PropertyName.RetryTopic]));
    }

    /// <summary>As ali-ons makes it: the counts stand in the properties too.</summary>
    private static SendRequest Copy(string topic, string group, int times, int delayLevel) => new()
    {
        Topic = "%RETRY%" + group,
        ProducerGroup = "CLIENT_INNER_PRODUCER",
        Body = "failed"u8.ToArray(),
        ReconsumeTimes = times,
        MaxReconsumeTimes = 17,
        Properties = new MessageProperties
        {
            { PropertyName.Tags, "red" },
            { PropertyName.Keys, "order-1" },
            { PropertyName.OriginMessageId, "7F00000100002A9F0000000000000000" },
            { PropertyName.RetryTopic, topic },
            { "MAX_RECONSUME_TIMES", "17" },
            { "RECONSUME_TIME", times.ToString(CultureInfo.InvariantCulture) },
            { PropertyName.Delay, delayLevel.ToString(CultureInfo.InvariantCulture) },
        },
    };
}
