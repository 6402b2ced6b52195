using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>The node that leads a broker stops and comes back, while clients are with the other one.</summary>
public sealed class LostLeaderTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Clients_of_the_other_node_are_told_nothing_wrong_and_go_on_when_it_is_back()
    {
        var cluster = new SharedBroker();
        await cluster.InitializeAsync();
        try
        {
            var topic = await cluster.Follower.CreateTopicAsync();
            var group = UniqueNames.Group();
            await using var client = await cluster.Follower.ConnectAsync();
            await client.SendAsync(SendRequest.For(topic, "kept"u8.ToArray())).Succeeded();
            await client.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();
            await SharedBroker.WaitForAddressesAsync(cluster.Follower, (0, cluster.Leader.BrokerAddress), (1, cluster.Follower.BrokerAddress));
            var waiting = client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = 1 }.Waiting(Hold));
            Assert.Equal(1, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);

            await cluster.Leader.StopAsync();
            var pull = await waiting;
            Assert.Equal((ResponseCode.PullNotFound, 1L), (pull.Code, pull.NextBeginOffset));
            Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(SendRequest.For(topic, "refused"u8.ToArray()))).Code);

            // What is left is told as RocketMQ's name servers do: only the copy, which nobody sends to.
            await SharedBroker.WaitForAddressesAsync(cluster.Follower, (1, cluster.Follower.BrokerAddress));
            Assert.Equal(1, (await client.QueryOffsetAsync(group, topic, 0, Hold).Succeeded()).Offset);

            // Of a topic that the copy does not know it cannot say that nothing was committed.
            var question = client.QueryOffsetAsync(group, UniqueNames.Topic(), 0, Hold);
            cluster.StartAgain(cluster.Leader);
            Assert.Equal(0, (await question.Succeeded()).Offset);
            Assert.Equal(1, (await client.SendAsync(SendRequest.For(topic, "taken"u8.ToArray()))).Succeeded().QueueOffset);
            await SharedBroker.WaitForAddressesAsync(cluster.Follower, (0, cluster.Leader.BrokerAddress), (1, cluster.Follower.BrokerAddress));
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }
}
