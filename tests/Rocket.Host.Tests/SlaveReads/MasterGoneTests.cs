using System.Diagnostics;
using System.Text;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.SlaveReads;

/// <summary>A broker whose master is gone is read from the node that holds a copy.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class MasterGoneTests
{
    private const int Count = 100;
    private const string Group = "readers";

    [Fact]
    public async Task Of_two_nodes_the_slave_serves_all_that_was_visible_until_the_master_is_back()
    {
        await using var broker = new CopiedBroker(ProcessCluster.OfTwo());
        await broker.StartAsync();
        var topic = await broker.CreateTopicAsync();
        await broker.SendAsync(topic, Count);
        await using (var client = await broker.Master.ConnectAsync())
        {
            await client.JoinAsync(Group, "reader@1", topic);
            await client.UpdateOffsetAsync(Group, topic, 0, 41).Succeeded();
        }

        await broker.WaitForMetadataAsync("[41]");
        await broker.Master.Run.KillAsync();
        await CopiedBroker.WaitForAddressesAsync(broker.Slave, (1, broker.SlaveAddress));

        await using var slave = await broker.ConnectToSlaveAsync();
        var messages = await ReadAllAsync(slave, topic);
        Assert.Equal(Enumerable.Range(0, Count).Select(CopiedBroker.Body), messages.Skip(1).Take(Count).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        await Offsets_are_answered(slave, topic, messages);
        await Messages_are_found(slave, topic, messages);
        await Pulls_beyond_the_end_wait(slave, topic);
        Assert.Equal(ResponseCode.ServiceNotAvailable, (await slave.SendAsync(SendRequest.For(topic, "lost"u8.ToArray()))).Code);

        broker.Start(broker.Master);
        await CopiedBroker.WaitForAddressesAsync(broker.Slave, (0, broker.MasterAddress), (1, broker.SlaveAddress));
        await Eventually.HoldsAsync(
            async () => (await slave.SendAsync(SendRequest.For(topic, "again"u8.ToArray()))).IsStored, ProcessCluster.Patience);
        Assert.Equal("again", Encoding.UTF8.GetString((await ReadAllAsync(slave, topic))[^1].Body.Span));
    }

    [Fact]
    public async Task With_a_witness_a_consumer_at_the_slaves_port_reads_on_through_the_takeover_and_is_never_sent_elsewhere()
    {
        await using var broker = new CopiedBroker(ProcessCluster.WithWitness());
        await broker.StartAsync();
        var topic = await broker.CreateTopicAsync();
        await broker.SendAsync(topic, Count);
        await using var slave = await broker.ConnectToSlaveAsync();
        await broker.Master.Run.KillAsync();

        HashSet<int> codes = [];
        var (offset, isTakenOver) = (0L, false);
        await Eventually.HoldsAsync(
            async () =>
            {
                var pull = await slave.PullAsync(new PullRequest { ConsumerGroup = Group, Topic = topic, QueueOffset = offset, MaxMsgNums = 7 });
                codes.Add(pull.Code);
                if (pull.IsFound)
                {
                    Assert.Equal(offset, pull.Messages[0].QueueOffset);
                    offset = pull.NextBeginOffset;
                }

                isTakenOver = isTakenOver || (await slave.SendAsync(SendRequest.For(topic, "later"u8.ToArray()))).IsStored;
                return isTakenOver && offset > Count + 1;
            },
            ProcessCluster.Patience);
        Assert.Subset(new HashSet<int> { ResponseCode.Success, ResponseCode.PullNotFound, ResponseCode.ServiceNotAvailable }, codes);
    }

    private static async Task<List<StoredMessage>> ReadAllAsync(RemotingConnection client, string topic)
    {
        List<StoredMessage> messages = [];
        while (true)
        {
            var pull = await client.PullAsync(new PullRequest { ConsumerGroup = Group, Topic = topic, QueueOffset = messages.Count });
            if (pull.Code == ResponseCode.PullNotFound)
            {
                return messages;
            }

            Assert.Equal((ResponseCode.Success, 0L, 0L), (pull.Code, pull.MinOffset, pull.SuggestWhichBrokerId));
            messages.AddRange(pull.Messages);
        }
    }

    private static async Task Offsets_are_answered(RemotingConnection slave, string topic, List<StoredMessage> messages)
    {
        Assert.Equal(messages.Count, (await slave.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(0, (await slave.MinOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(41, (await slave.QueryOffsetAsync(Group, topic, 0).Succeeded()).Offset);
        Assert.Equal(0, (await slave.QueryOffsetAsync("strangers", topic, 0).Succeeded()).Offset);
        var middle = messages[messages.Count / 2];
        Assert.Equal(
            messages.First(message => message.StoreTimestamp >= middle.StoreTimestamp).QueueOffset,
            (await slave.SearchOffsetAsync(topic, 0, middle.StoreTimestamp).Succeeded()).Offset);
        Assert.Equal(messages[0].StoreTimestamp, (await slave.EarliestStoreTimeAsync(topic, 0).Succeeded()).Timestamp);
    }

    private static async Task Messages_are_found(RemotingConnection slave, string topic, List<StoredMessage> messages)
    {
        var seen = Assert.Single((await slave.ViewAsync(messages[57].PhysicalOffset).Succeeded()).Messages);
        Assert.Equal(messages[57].QueueOffset, seen.QueueOffset);
        Assert.Equal(ResponseCode.SystemError, (await slave.ViewAsync(messages[57].PhysicalOffset + 1)).Code);
        var found = Assert.Single((await slave.QueryMessageAsync(new QueryMessageRequest(topic, "key-33")).Succeeded()).Messages);
        Assert.Equal("33", Encoding.UTF8.GetString(found.Body.Span));
        var tagged = await slave.PullAsync(new PullRequest { ConsumerGroup = Group, Topic = topic, Subscription = "tenth" });
        var filtered = await slave.PullAsync(
            new PullRequest { ConsumerGroup = Group, Topic = topic, Subscription = "TAGS = 'tenth' AND KEYS <> 'key-50'", ExpressionType = "SQL92" });
        Assert.Equal(
            Enumerable.Range(0, Count / 10).Where(number => number != 5).Select(number => CopiedBroker.Body(10 * number)),
            filtered.Messages.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        Assert.Equal(Enumerable.Range(0, Count / 10).Select(number => CopiedBroker.Body(10 * number)), tagged.Messages.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
    }

    private static async Task Pulls_beyond_the_end_wait(RemotingConnection slave, string topic)
    {
        var beyond = new PullRequest { ConsumerGroup = Group, Topic = topic, QueueOffset = 5000 };
        var pull = await slave.PullAsync(beyond);
        Assert.Equal((ResponseCode.PullNotFound, 5000L), (pull.Code, pull.NextBeginOffset));
        var watch = Stopwatch.StartNew();
        pull = await slave.PullAsync(beyond.Waiting(TimeSpan.FromSeconds(1)));
        Assert.Equal((ResponseCode.PullNotFound, 5000L), (pull.Code, pull.NextBeginOffset));
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(900), $"it waited {watch.ElapsedMilliseconds} ms only");
    }
}
