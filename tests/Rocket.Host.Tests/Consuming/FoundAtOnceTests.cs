using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>A message is found in every way there is by the time that its send is answered.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class FoundAtOnceTests(ConsumingRocket rocket)
{
    private const int Clients = 4;
    private const int Each = 100;

    [Fact]
    public async Task Who_was_answered_finds_the_message_by_key_by_id_by_time_and_by_its_offset()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            await using var client = await rocket.ConnectAsync();
            for (var i = 0; i < Each; i++)
            {
                await AssertFoundAtOnceAsync(client, topic, string.Create(CultureInfo.InvariantCulture, $"key-{number}-{i}"), i % 2);
            }
        }));
    }

    internal static async Task AssertFoundAtOnceAsync(RemotingConnection client, string topic, string key, int queueId)
    {
        var request = SendRequest.For(topic, key, keys: key, queueId: queueId);
        var answer = await client.SendAsync(request).Succeeded();
        var id = answer.OffsetMessageIds.Single();

        var byKey = await client.QueryMessageAsync(new QueryMessageRequest(topic, key)).Succeeded();
        var byUniqueKey = await client.QueryMessageAsync(new QueryMessageRequest(topic, request.Properties!.UniqueKey!) { UniqueKeyQuery = true }).Succeeded();
        var byId = await client.ViewAsync(id.PhysicalOffset).Succeeded();
        var pulled = await client.PullAsync(
            new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic, QueueId = queueId, QueueOffset = answer.QueueOffset, MaxMsgNums = 1 });

        foreach (var found in new[] { byKey.Messages, byUniqueKey.Messages, byId.Messages, pulled.WithCode(ResponseCode.Success).Messages })
        {
            Assert.Equal(id, Assert.Single(found).OffsetMessageId);
        }

        Assert.True((await client.MaxOffsetAsync(topic, queueId).Succeeded()).Offset > answer.QueueOffset);
        var byTime = await client.SearchOffsetAsync(topic, queueId, byId.Messages[0].StoreTimestamp).Succeeded();
        Assert.InRange(byTime.Offset, 0, answer.QueueOffset);
        Assert.True((await client.ReadOneAsync(topic, queueId, byTime.Offset)).StoreTimestamp >= byId.Messages[0].StoreTimestamp);
    }
}
