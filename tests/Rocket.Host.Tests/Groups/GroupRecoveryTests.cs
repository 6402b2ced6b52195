using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Groups;

/// <summary>What was said of groups, over crashes, and where none are made by themselves.</summary>
public sealed class GroupRecoveryTests
{
    [Fact]
    public async Task Groups_that_were_changed_or_deleted_stay_so_over_a_kill()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        var kept = new SubscriptionGroup("kept") { ConsumeEnable = false, RetryMaxTimes = 2, WhichBrokerWhenConsumeSlowly = 3 };
        await using (var client = await rocket.ConnectAsync())
        {
            await client.ChangeGroupAsync(kept.ToJson(("groupSysFlag", 9))).Succeeded();
            foreach (var group in new[] { "gone", "gone-with-offsets" })
            {
                await client.JoinAsync(group, UniqueNames.ClientId(), topic);
                await client.UpdateOffsetAsync(group, topic, 0, 7).Succeeded();
                await client.DeleteGroupAsync(group, removeOffset: group != "gone").Succeeded();
            }
        }

        for (var round = 0; round < 2; round++)
        {
            await rocket.KillAsync();
            await rocket.StartAgainAsync();
            await using var client = await rocket.ConnectAsync();
            Assert.Equal(kept, (await client.GroupConfigAsync("kept").Succeeded()).Group);
            Assert.Contains("\"groupSysFlag\":9", (await client.GroupConfigAsync("kept").Succeeded()).BodyText, StringComparison.Ordinal);
            Assert.Equal(["kept"], (await client.GroupsAsync().Succeeded()).Groups.Keys);
            Assert.Equal(7, (await client.QueryOffsetAsync("gone", topic, 0).Succeeded()).Offset);
            Assert.Equal(0, (await client.QueryOffsetAsync("gone-with-offsets", topic, 0).Succeeded()).Offset);
        }
    }

    [Fact]
    public async Task Where_none_are_made_by_themselves_a_deleted_group_is_answered_26_until_it_is_made_again()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.broker-defaults.auto-create-subscription-group=off");
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var pull = new PullRequest { ConsumerGroup = "g", Topic = topic };
        await client.ChangeGroupAsync(new SubscriptionGroup("g")).Succeeded();
        Assert.Equal(ResponseCode.PullNotFound, (await client.PullAsync(pull)).Code);

        await client.DeleteGroupAsync("g").Succeeded();
        await client.JoinAsync("g", UniqueNames.ClientId(), topic);
        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, (await client.PullAsync(pull)).Code);

        await client.ChangeGroupAsync(new SubscriptionGroup("g")).Succeeded();
        Assert.Equal(ResponseCode.PullNotFound, (await client.PullAsync(pull)).Code);
    }
}
