using System.Text;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.SlaveReads;

/// <summary>With slave-read-enable a copy serves pulls beside its master.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class SlaveReadEnableTests
{
    private const int Count = 50;

    [Fact]
    public async Task Readers_that_are_far_behind_are_sent_to_the_slave_which_serves_them_without_its_master_and_back_when_they_have_caught_up()
    {
        await using var broker = new CopiedBroker(
            ProcessCluster.OfTwo(),
            "rocket.broker-defaults.slave-read-enable = on",
            "rocket.broker-defaults.access-message-in-memory-max-ratio = 0",
            "rocket.replication.dead-after = 60 s");
        await broker.StartAsync();
        var topic = await broker.CreateTopicAsync();
        await broker.SendAsync(topic, Count);
        await using var master = await broker.Master.ConnectAsync();
        await using var slave = await broker.ConnectToSlaveAsync();
        var first = new PullRequest { ConsumerGroup = "readers", Topic = topic, MaxMsgNums = 10 };
        var last = first with { QueueOffset = Count - 5, MaxMsgNums = 32 };
        Assert.Equal((ResponseCode.Success, 1L), Told(await master.PullAsync(first)));
        Assert.Equal((ResponseCode.Success, 0L), Told(await master.PullAsync(last)));
        await Eventually.HoldsAsync(async () => (await slave.PullAsync(last)).NextBeginOffset == Count + 1);

        // The link to the master stays up, and nobody but the slave itself can answer.
        broker.Master.Run.Signal("STOP");
        try
        {
            var pull = await slave.PullAsync(first);
            Assert.Equal((ResponseCode.Success, 1L), Told(pull));
            Assert.Equal(10, pull.Messages.Count);
            Assert.Equal((ResponseCode.Success, 0L), Told(await slave.PullAsync(last)));
            Assert.Equal((ResponseCode.PullNotFound, 0L), Told(await slave.PullAsync(first with { QueueOffset = 5000 })));
        }
        finally
        {
            broker.Master.Run.Signal("CONT");
        }

        var waiting = slave.PullAsync((first with { QueueOffset = Count + 1 }).Waiting(TimeSpan.FromSeconds(30)));
        var filtered = first with { QueueOffset = Count + 1, Subscription = "KEYS = 'key-2'", ExpressionType = "SQL92" };
        var (matching, other) = (slave.PullAsync(filtered.Waiting(TimeSpan.FromSeconds(30))), slave.PullAsync((filtered with { Subscription = "KEYS = 'none'" }).Waiting(TimeSpan.FromSeconds(5))));

        // Answered behind them: they wait before anything is sent.
        await slave.KvGetAsync("none", "none");
        await broker.SendAsync(topic, 3);
        Assert.Equal("0", Encoding.UTF8.GetString(Assert.Single((await waiting).Messages, message => message.QueueOffset == Count + 1).Body.Span));
        Assert.Equal((ResponseCode.Success, Count + 4L), ((await matching).Code, (await matching).NextBeginOffset));
        Assert.Equal("2", Encoding.UTF8.GetString(Assert.Single((await matching).Messages).Body.Span));
        Assert.Equal((ResponseCode.PullRetryImmediately, Count + 4L), ((await other).Code, (await other).NextBeginOffset));
    }

    private static (int Code, long Id) Told(PullAnswer pull) => (pull.Code, pull.SuggestWhichBrokerId);
}
