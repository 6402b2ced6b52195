using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>Which queue and which offset sends get, alone, many at once, and without answers.</summary>
[Collection(SendingCollection.Name)]
public sealed class SendOrderTests(SendingRocket rocket)
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Sends_in_flight_on_one_connection_get_offsets_in_the_order_they_were_sent(SerializeType type)
    {
        const int count = 2000;
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync(type);

        var sends = Enumerable.Range(0, count).Select(i => client.SendAsync(SendRequest.For(topic, Number(i)))).ToArray();
        var answers = await Task.WhenAll(sends);

        Assert.All(answers, answer => Assert.Equal(ResponseCode.Success, answer.Code));
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), answers.Select(answer => answer.QueueOffset));
        Assert.Equal(count, answers.Select(answer => answer.MessageId).Distinct().Count());
        var stored = await client.ReadQueueAsync(topic);
        Assert.Equal(Enumerable.Range(0, count).Select(Number), stored.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        Assert.False(client.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task Sends_of_many_connections_to_one_queue_get_each_offset_once()
    {
        const int connections = 8;
        const int each = 200;
        var topic = await rocket.CreateTopicAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            await using var client = await rocket.ConnectAsync();
            return await Task.WhenAll(
                Enumerable.Range(0, each).Select(i => client.SendAsync(SendRequest.For(topic, $"{connection}/{i}")).Succeeded()));
        }));

        Assert.Equal(
            Enumerable.Range(0, connections * each).Select(i => (long)i),
            answers.SelectMany(one => one).Select(answer => answer.QueueOffset).Order());
        Assert.All(answers, one => Assert.Equal(one.Select(answer => answer.QueueOffset).Order(), one.Select(answer => answer.QueueOffset)));
        await using var reader = await rocket.ConnectAsync();
        var stored = (await reader.ReadQueueAsync(topic)).ToDictionary(message => message.QueueOffset);
        for (var connection = 0; connection < connections; connection++)
        {
            for (var i = 0; i < each; i++)
            {
                Assert.Equal($"{connection}/{i}", Encoding.UTF8.GetString(stored[answers[connection][i].QueueOffset].Body.Span));
            }
        }
    }

    [Fact]
    public async Task A_send_goes_to_the_queue_it_names_and_each_queue_counts_for_itself()
    {
        var topic = await rocket.CreateTopicAsync(queues: 8);
        await using var client = await rocket.ConnectAsync();
        for (var i = 0; i < 16; i++)
        {
            var answer = await client.SendAsync(SendRequest.For(topic, Number(i), queueId: i % 8)).Succeeded();
            Assert.Equal((i % 8, (long)(i / 8)), (answer.QueueId, answer.QueueOffset));
        }

        for (var queueId = 0; queueId < 8; queueId++)
        {
            var stored = await client.ReadQueueAsync(topic, queueId);
            Assert.Equal([Number(queueId), Number(queueId + 8)], stored.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
            Assert.All(stored, message => Assert.Equal(queueId, message.QueueId));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_negative_queue_id_leaves_the_choice_to_the_broker(int queueId)
    {
        var topic = await rocket.CreateTopicAsync(queues: 4);
        await using var client = await rocket.ConnectAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => client.SendAsync(SendRequest.For(topic, Number(i), queueId: queueId)).Succeeded()));

        // 100 sends that miss one of 4 queues by chance: once in 10^12.
        Assert.Equal([0, 1, 2, 3], answers.Select(answer => answer.QueueId).Distinct().Order());
        foreach (var answer in answers)
        {
            var stored = await client.ReadOneAsync(topic, answer.QueueId, answer.QueueOffset);
            Assert.Equal(answer.QueueId, stored.QueueId);
            Assert.Equal(answer.OffsetMessageIds.Single(), stored.OffsetMessageId);
        }
    }

    [Theory]
    [InlineData(SendForm.V1)]
    [InlineData(SendForm.V2)]
    public async Task Oneway_sends_are_stored_in_order_and_never_answered(SendForm form)
    {
        const int count = 500;
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        for (var i = 0; i < count; i++)
        {
            await client.SendOnewayAsync(SendRequest.For(topic, Number(i)), form);
        }

        var last = await client.SendAsync(SendRequest.For(topic, "last")).Succeeded();

        Assert.Equal(count, last.QueueOffset);
        Assert.False(client.StrayAnswers.TryRead(out var stray), $"{stray}");
        var stored = await client.ReadQueueAsync(topic);
        Assert.Equal(Enumerable.Range(0, count).Select(Number).Append("last"), stored.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
    }

    [Fact]
    public async Task A_oneway_send_that_is_refused_is_not_answered_either()
    {
        await using var client = await rocket.ConnectAsync();
        await client.SendOnewayAsync(SendRequest.For("bad topic", "x"));
        await client.SendOnewayAsync(SendRequest.For(UniqueNames.Topic(), "x") with { DefaultTopic = "NoSuchTemplate" });
        await client.SendOnewayAsync(SendRequest.For(await rocket.CreateTopicAsync(), "x", queueId: 99));
        await client.OnewayAsync(new RemotingCommand { Code = RequestCode.SendMessageV2 });

        await client.SendAsync(SendRequest.For(await rocket.CreateTopicAsync(), "x")).Succeeded();

        Assert.False(client.StrayAnswers.TryRead(out var stray), $"{stray}");
    }

    [Theory]
    [InlineData("false")]
    [InlineData("False")]
    [InlineData("true")]
    public async Task WAIT_is_read_and_not_stored(string wait)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var request = SendRequest.For(topic, "x");
        request.Properties!["WAIT"] = wait;

        await client.SendAsync(request).Succeeded();

        Assert.Null((await client.ReadOneAsync(topic, 0, 0)).Properties["WAIT"]);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
