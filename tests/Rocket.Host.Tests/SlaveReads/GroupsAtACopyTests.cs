using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.SlaveReads;

/// <summary>What a group's configuration means where copies serve reads.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class GroupsAtACopyTests
{
    [Fact]
    public async Task A_copy_heeds_what_a_group_may_do_and_readers_are_sent_where_their_group_wants_them()
    {
        await using var broker = new CopiedBroker(
            ProcessCluster.OfTwo(),
            "rocket.broker-defaults.slave-read-enable = on",
            "rocket.broker-defaults.access-message-in-memory-max-ratio = 0",
            "rocket.replication.dead-after = 60 s");
        await broker.StartAsync();
        var topic = await broker.CreateTopicAsync();
        await broker.SendAsync(topic, 20);
        await using var master = await broker.Master.ConnectAsync();
        await using var slave = await broker.ConnectToSlaveAsync();
        var slow = new PullRequest { ConsumerGroup = "readers", Topic = topic, MaxMsgNums = 5 };
        var caughtUp = slow with { QueueOffset = 18, MaxMsgNums = 32 };
        await Eventually.HoldsAsync(async () => (await slave.PullAsync(caughtUp)).Code == ResponseCode.Success);

        // Any node answers tools; the one that leads does it.
        await slave.ChangeGroupAsync(new SubscriptionGroup("readers") { ConsumeEnable = false }).Succeeded();
        Assert.Equal(ResponseCode.NoPermission, (await master.PullAsync(slow)).Code);
        await Eventually.HoldsAsync(async () => (await slave.PullAsync(slow)).Code == ResponseCode.NoPermission);

        await slave.ChangeGroupAsync(new SubscriptionGroup("readers") { BrokerId = 1, WhichBrokerWhenConsumeSlowly = 0 }).Succeeded();
        Assert.Equal((ResponseCode.Success, 0L), Told(await master.PullAsync(slow)));
        Assert.Equal((ResponseCode.Success, 1L), Told(await master.PullAsync(caughtUp)));
        await Eventually.HoldsAsync(async () => Told(await slave.PullAsync(caughtUp)) == (ResponseCode.Success, 1L));

        // An id that no route tells is never suggested.
        await slave.ChangeGroupAsync(new SubscriptionGroup("readers") { BrokerId = 9, WhichBrokerWhenConsumeSlowly = 9 }).Succeeded();
        Assert.Equal((ResponseCode.Success, 1L), Told(await master.PullAsync(slow)));
        Assert.Equal((ResponseCode.Success, 0L), Told(await master.PullAsync(caughtUp)));
        Assert.Equal("readers", Assert.Single((await slave.GroupsAsync().Succeeded()).Groups.Keys, group => group == "readers"));
    }

    private static (int Code, long Id) Told(PullAnswer pull) => (pull.Code, pull.SuggestWhichBrokerId);
}
