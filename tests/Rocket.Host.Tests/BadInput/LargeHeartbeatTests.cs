using Rocket.Actors.Clients;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Heartbeats that say as much as the limits allow, and more.</summary>
[Collection(CrowdCollection.Name)]
public sealed class LargeHeartbeatTests(CrowdRocket rocket, ITestOutputHelper output)
{
    /// <summary>The default of rocket.limits.max-subscriptions-per-heartbeat.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ten_thousand_subscriptions_are_taken_and_one_more_is_not()
    {
        var (before, outputBefore) = (await rocket.LevelAsync(), rocket.Rocket.Output.Length);
        var group = UniqueNames.Group();
        await using (var client = await rocket.ConnectAsync())
        {
            var beating = client.HeartbeatAsync(GroupJoining.Heartbeat(group, "large", Subscriptions(Most - 1)), Patience);
            await rocket.AssertOthersAreServedAsync();
            await beating.Succeeded();
            output.WriteLine($"{Most} subscriptions: {before} before, {rocket.Rocket.Run.Usage} now");

            var more = await client.HeartbeatAsync(GroupJoining.Heartbeat(group, "large", Subscriptions(Most)), Patience);

            Assert.Equal(ResponseCode.SystemError, more.Code);
            Assert.Equal(["large"], await client.MembersAsync(group));
            Assert.InRange(rocket.Rocket.Run.WorkingSet - before.WorkingSet, long.MinValue, 64L << 20);
        }

        await rocket.AssertBackAsync(before, outputBefore);
    }

    [Fact]
    public async Task A_thousand_new_groups_in_one_heartbeat_hold_nobody_else_up()
    {
        var outputBefore = rocket.Rocket.Output.Length;
        await using var client = await rocket.ConnectAsync();
        var groups = Enumerable.Range(0, 1000).Select(_ => new ConsumerData(UniqueNames.Group(), [])).ToList();

        var beating = client.HeartbeatAsync(new Heartbeat("many") { Consumers = groups }, Patience);
        var served = 0;
        while (!beating.IsCompleted)
        {
            await rocket.AssertOthersAreServedAsync();
            served++;
        }

        await beating.Succeeded();
        output.WriteLine($"1000 groups; others were served {served} times meanwhile, {rocket.Rocket.Run.Usage} now");
        Assert.Equal(["many"], await client.MembersAsync(groups[^1].GroupName));
        Assert.DoesNotContain(" ERR ", rocket.Rocket.Output[outputBefore..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_say_more_than_the_other_nodes_can_be_told_are_refused_and_the_operator_hears_of_it()
    {
        var (group, random) = (UniqueNames.Group(), new Random(1));
        await using (var client = await rocket.ConnectAsync())
        {
            Answer refused;
            var heard = 0;
            do
            {
                var expression = new string([.. Enumerable.Range(0, 10_900).Select(_ => (char)random.Next(0x4E00, 0x9FA0))]);
                refused = await client.HeartbeatAsync(GroupJoining.Heartbeat(group, InFirstPart($"long-{heard}"), [SubscriptionData.ForTags("T", expression)]), Patience);
            }
            while (refused.Code == ResponseCode.Success && ++heard < 100);

            Assert.Equal(ResponseCode.SystemError, refused.Code);
            Assert.EndsWith("are taken. Subscribe to less, or with shorter expressions.", refused.Remark, StringComparison.Ordinal);
            await rocket.Rocket.Run.WaitForOutputAsync("is refused: The groups and subscriptions of the client do not fit", TimeSpan.FromSeconds(10));
            var ordinary = InFirstPart("ordinary");
            await client.HeartbeatAsync(GroupJoining.Heartbeat(group, ordinary, [SubscriptionData.ForTags("T", "*")]), Patience).Succeeded();
            Assert.Contains(ordinary, await client.MembersAsync(group));
        }
    }

    private static string InFirstPart(string name) =>
        Enumerable.Range(0, int.MaxValue).Select(number => $"{name}@{number}").First(id => ClientPart.IndexOf(id) == 0);

    /// <summary>So many; the group's retry topic is one more.</summary>
    private static SubscriptionData[] Subscriptions(int count) =>
        [.. Enumerable.Range(0, count).Select(i => SubscriptionData.ForTags($"Topic-of-a-large-heartbeat-{i}"))];
}
