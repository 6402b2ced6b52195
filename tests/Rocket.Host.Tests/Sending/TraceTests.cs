using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>What clients that trace need: where and whether, in every answer to a send, and the topic that they report to.</summary>
[Collection(SwitchedOffCollection.Name)]
public sealed class TraceTests(SwitchedOffRocket rocket)
{
    private const string TraceTopic = "RMQ_SYS_TRACE_TOPIC";

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Every_answer_to_a_send_tells_region_and_that_traces_are_wanted(SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync(type);
        SendAnswer[] answers =
        [
            await client.SendAsync(SendRequest.For(topic, "x"), SendForm.V1).Succeeded(),
            await client.SendAsync(SendRequest.For(topic, "x"), SendForm.V2).Succeeded(),
            await client.SendAsync(SendRequest.ForBatch(topic, ["x"u8.ToArray(), "y"u8.ToArray()]), SendForm.Batch).Succeeded(),
        ];

        Assert.All(answers, answer => Assert.Equal(("DefaultRegion", "true"), (answer.Region, answer.TraceOn)));
    }

    [Fact]
    public async Task Traces_are_found_by_the_id_of_the_message_and_by_its_key()
    {
        await using var client = await rocket.ConnectAsync();
        var id = string.Create(CultureInfo.InvariantCulture, $"7F000001{UniqueNames.Topic()}");
        var trace = string.Join('\u0001', "Pub", "1690000000000", "DefaultRegion", "producers", "T", id, "TagA", "order-1", "127.0.0.1:10911", "5", "3", "0", "offset-id", "true") + '\u0002';

        await client.SendAsync(SendRequest.For(TraceTopic, trace, keys: $"{id} order-1") with { ProducerGroup = "_INNER_TRACE_PRODUCER" }).Succeeded();

        var found = await client.QueryMessageAsync(new QueryMessageRequest(TraceTopic, id)).Succeeded();
        Assert.Equal(trace, System.Text.Encoding.UTF8.GetString(Assert.Single(found.Messages).Body.Span));
    }
}
