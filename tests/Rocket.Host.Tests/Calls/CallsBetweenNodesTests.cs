using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Forwarding;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Who asks and who is asked are connected to different nodes.</summary>
[Collection(ForwardingCollection.Name)]
public sealed class CallsBetweenNodesTests(SharedBroker cluster)
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_answer_finds_its_requester_on_whichever_node(bool isRequesterAtLeader, bool isReplierAtLeader)
    {
        await using var requester = await AskedClient.ConnectAsync(NodeOf(isRequesterAtLeader), _ => AskedClient.Success(), SerializeType.RocketMq);
        await requester.JoinAsync();
        await using var replier = await NodeOf(isReplierAtLeader).ConnectAsync();
        var reply = RequestReplyTests.Reply(requester.Id, "across");

        var answer = await replier.SendAsync(reply, SendForm.ReplyV2).Succeeded();

        RequestReplyTests.AssertIsPushOf(reply, Assert.Single(requester.Asked), replier);
        Assert.Equal("across", Encoding.UTF8.GetString((await replier.ReadOneAsync(RequestReplyTests.ReplyTopic, 0, answer.QueueOffset)).Body.Span));
    }

    [Fact]
    public async Task A_large_answer_arrives_whole_on_the_other_node()
    {
        await using var requester = await AskedClient.ConnectAsync(cluster.Follower, _ => AskedClient.Success());
        await requester.JoinAsync();
        await using var replier = await cluster.Leader.ConnectAsync();
        var body = new byte[4 << 20];
        Random.Shared.NextBytes(body);

        await replier.SendAsync(RequestReplyTests.Reply(requester.Id, body), SendForm.ReplyV2).Succeeded();

        Assert.True(Assert.Single(requester.Asked).Body.Span.SequenceEqual(body));
    }

    [Fact]
    public async Task A_requester_that_is_on_no_node_is_told_as_such()
    {
        await using var replier = await cluster.Leader.ConnectAsync();

        var answer = await replier.SendAsync(RequestReplyTests.Reply("nobody@1", "x"), SendForm.ReplyV2);

        Assert.Equal((ResponseCode.SystemError, "push reply message fail, channel of <nobody@1> not found."), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_requester_that_leaves_the_other_node_is_told_at_once()
    {
        await using var requester = await AskedClient.ConnectAsync(cluster.Follower);
        await requester.JoinAsync();
        await using var replier = await cluster.Leader.ConnectAsync();
        var sending = replier.SendAsync(RequestReplyTests.Reply(requester.Id, "x"), SendForm.ReplyV2);
        await requester.AskedOnceAsync();

        requester.Connection.Abort();

        Assert.Equal($"push reply message to {requester.Id}fail.", (await sending.WaitAsync(TimeSpan.FromSeconds(5))).Remark);
    }

    [Fact]
    public async Task Consumers_on_both_nodes_are_told_of_a_reset()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await cluster.Leader.ConnectAsync();
        await OffsetResetTests.FillAsync(tool, group, topic, committed: 3);
        await using var here = await AskedClient.ConnectAsync(cluster.Leader);
        await using var there = await AskedClient.ConnectAsync(cluster.Follower);
        await JoinAsync(group, topic, here, there);

        var answer = await tool.ResetOffsetAsync(group, topic, timestamp: 0).Succeeded();

        Assert.Equal(0, answer.Offsets[new MessageQueue(topic, SharedBroker.Name, 0)]);
        foreach (var member in new[] { here, there })
        {
            var told = await member.AskedOnceAsync();
            Assert.Equal(RequestCode.ResetConsumerClientOffset, told.Code);
            Assert.Equal(answer.Body.ToArray(), told.Body.ToArray());
        }
    }

    [Fact]
    public async Task A_consumer_on_both_nodes_is_told_once()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await cluster.Leader.ConnectAsync();
        await OffsetResetTests.FillAsync(tool, group, topic, committed: 3);
        await using var here = await AskedClient.ConnectAsync(cluster.Leader);
        await using var there = await AskedClient.ConnectAsync(cluster.Follower, id: here.Id);
        await JoinAsync(group, topic, here, there);

        await tool.ResetOffsetAsync(group, topic, timestamp: 0).Succeeded();
        await here.AskedOnceAsync();

        // What was sent to the other connection before this would be there by then.
        await there.Connection.ClusterInfoAsync().Succeeded();
        Assert.Empty(there.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Members_on_all_nodes_are_asked_whatever_node_the_tool_asks(bool isToolAtLeader)
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        var queue = new MessageQueue(topic, SharedBroker.Name, 0);
        await using var here = await AskedClient.ConnectAsync(cluster.Leader, _ => AskedClient.Success(QueueOffsetTable.ToBody("messageQueueTable", (queue, 1))));
        await using var there = await AskedClient.ConnectAsync(cluster.Follower, _ => AskedClient.Success(QueueOffsetTable.ToBody("messageQueueTable", (queue, 2))));
        await JoinAsync(group, topic, here, there);
        await using var tool = await NodeOf(isToolAtLeader).ConnectAsync();

        var clients = (await tool.ConsumerStatusAsync(group, topic).Succeeded()).Clients;
        Assert.Equal((1L, 2L), (clients[here.Id][queue], clients[there.Id][queue]));
        Assert.Equal(there.Id, Assert.Single((await tool.ConsumerStatusAsync(group, topic, there.Id).Succeeded()).Clients).Key);

        Assert.Equal(2, (await tool.ConsumerConnectionsAsync(group).Succeeded()).Connections.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_consumed_directly_on_the_other_node(bool isToolAtLeader)
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(NodeOf(!isToolAtLeader), _ => AskedClient.Success("done"u8.ToArray()));
        await JoinAsync(group, topic, client);
        await using var tool = await NodeOf(isToolAtLeader).ConnectAsync();
        var sent = await tool.SendAsync(SendRequest.For(topic, "consume me")).Succeeded();

        var answer = await tool.ConsumeDirectlyAsync(group, client.Id, sent.MessageId).Succeeded();

        Assert.Equal("done", answer.BodyText);
        Assert.Contains("consume me", Encoding.UTF8.GetString(Assert.Single(client.Asked).Body.Span), StringComparison.Ordinal);
        Assert.Equal("done", (await tool.RunningInfoAsync(group, client.Id).Succeeded()).BodyText);
    }

    [Fact]
    public async Task Nothing_that_a_tool_says_in_a_request_for_a_client_ends_the_link_between_nodes()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(cluster.Follower, _ => AskedClient.Success());
        await JoinAsync(group, topic, client);
        await using var waiting = await AskedClient.ConnectAsync(cluster.Follower);
        await JoinAsync(group, topic, client, waiting);
        await using var tool = await cluster.Leader.ConnectAsync();
        var sent = await tool.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        // A link that ended would end this call.
        var call = tool.RunningInfoAsync(group, waiting.Id);
        var asked = await waiting.AskedOnceAsync();
        var refused = await tool.InvokeAsync(RelayTests.WithFields(512, group, client.Id, sent.MessageId, broker: null));
        new Answer(await tool.InvokeAsync(RelayTests.WithFields(512, group, client.Id, sent.MessageId, broker: "any"))).Succeeded();
        await waiting.Connection.AnswerAsync(asked, AskedClient.Success("still there"u8.ToArray()));

        Assert.Equal("still there", (await call.Succeeded()).BodyText);
        Assert.Equal(ResponseCode.SystemError, refused.Code);
        Assert.Contains("512", refused.Remark, StringComparison.Ordinal);
        Assert.Equal((512, SharedBroker.Name), (Assert.Single(client.Asked).Fields.Count, client.Asked.Single().Fields["brokerName"]));
    }

    [Fact]
    public async Task A_client_of_the_other_node_that_never_answers_is_told_as_a_timeout()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(cluster.Follower);
        await JoinAsync(group, topic, client);
        await using var tool = await cluster.Leader.ConnectAsync();

        var answer = await tool.RunningInfoAsync(group, client.Id);

        Assert.Equal(ResponseCode.ConsumeMessageTimeout, answer.Code);
    }

    [Fact]
    public async Task A_producer_of_the_other_node_is_asked_about_its_half_message_and_its_word_counts()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await SharedBroker.WaitForTopicAsync(cluster.Follower, topic);
        await using var producer = await AskedClient.ConnectAsync(cluster.Follower);
        await producer.JoinAsync(producerGroup: group);
        var half = await producer.Connection.SendAsync(SendRequest.For(topic, "half").ToHalf(group)).Succeeded();

        // After transaction-timeout, 6 s.
        await Eventually.HoldsAsync(() => producer.Asked.Count > 0, TimeSpan.FromSeconds(30));

        var asked = producer.Asked.First();
        Assert.Equal((RequestCode.CheckTransactionState, true), (asked.Code, asked.IsOneway));
        Assert.Equal(("half", topic), (Encoding.UTF8.GetString(StoredMessage.DecodeAll(asked.Body)[0].Body.Span), StoredMessage.DecodeAll(asked.Body)[0].Topic));
        Assert.Equal(half.OffsetMessageIds[0].PhysicalOffset.ToString(CultureInfo.InvariantCulture), asked.Fields["commitLogOffset"]);
        var word = EndTransactionRequest.For(group, half, TransactionWord.Commit) with { FromTransactionCheck = true };
        await producer.Connection.EndTransactionAsync(word).Succeeded();

        // Consumers see it once the copy has it.
        var pull = new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic }.Waiting(TimeSpan.FromSeconds(10));
        Assert.Equal("half", Encoding.UTF8.GetString(Assert.Single((await producer.Connection.PullAsync(pull).Succeeded()).Messages).Body.Span));
    }

    private SharedBrokerNode NodeOf(bool isLeader) => isLeader ? cluster.Leader : cluster.Follower;

    /// <summary>Joins, and waits until both nodes know.</summary>
    private async Task JoinAsync(string group, string topic, params AskedClient[] members)
    {
        await SharedBroker.WaitForTopicAsync(cluster.Follower, topic);
        foreach (var member in members)
        {
            await member.JoinAsync(group, topic);
        }

        var ids = members.Select(member => member.Id).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var node in new[] { cluster.Leader, cluster.Follower })
        {
            await using var client = await node.ConnectAsync();
            await Eventually.HoldsAsync(async () =>
            {
                var list = await client.ConsumerListAsync(group);
                return list.Code == ResponseCode.Success && list.ClientIds.Order(StringComparer.Ordinal).SequenceEqual(ids);
            });
        }
    }
}
