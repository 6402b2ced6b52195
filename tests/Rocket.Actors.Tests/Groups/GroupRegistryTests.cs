using Akka.Actor;
using Rocket.Actors.Groups;
using Xunit;

namespace Rocket.Actors.Tests.Groups;

public sealed class GroupRegistryTests
{
    private readonly GroupRegistry _groups = new();

    [Fact]
    public void Groups_that_are_being_created_count_once()
    {
        _groups.Expect("expected");
        _groups.Await("g", ActorRefs.Nobody);
        _groups.Await("g", ActorRefs.Nobody);
        Assert.Equal(2, _groups.Count);
        Assert.True(_groups.IsChanging("g"));
        Ready("g");
        Assert.Equal(2, _groups.Count);
        Assert.False(_groups.AreReady);
        Ready("expected");
        Assert.Equal(2, _groups.Count);
        Assert.True(_groups.AreReady);
    }

    [Fact]
    public void Those_who_wait_for_a_group_are_taken_once()
    {
        _groups.Await("g", ActorRefs.Nobody);
        _groups.Await("g", ActorRefs.Nobody);
        Assert.Equal(2, _groups.TakeAskers(new SubscriptionGroupConfig("g")).Count);
        Assert.Empty(_groups.TakeAskers(new SubscriptionGroupConfig("g")));
        Assert.False(_groups.IsChanging("g"));
    }

    [Fact]
    public void Who_asked_for_a_configuration_waits_for_that_one_or_a_later_one()
    {
        var (first, second, third) = (new SubscriptionGroupConfig("g", RetryMaxTimes: 1), new SubscriptionGroupConfig("g", RetryMaxTimes: 2), new SubscriptionGroupConfig("g"));
        _groups.Await("g", ActorRefs.Nobody, first);
        _groups.Await("g", ActorRefs.Nobody, second);
        _groups.Await("g", ActorRefs.Nobody);
        _groups.Await("g", ActorRefs.Nobody, third);
        Assert.Equal([true, true, false], _groups.TakeAskers(second).Select(asker => asker.IsChange));
        Assert.True(_groups.IsChanging("g"));
        Assert.True(Assert.Single(_groups.TakeAskers(third)).IsChange);
        Assert.False(_groups.IsChanging("g"));
    }

    [Fact]
    public void A_group_that_is_removed_counts_no_more()
    {
        Ready("g");
        Assert.True(_groups.TryRemove("g", out var handle));
        Assert.Equal("g", handle.Config.GroupName);
        Assert.False(_groups.Contains("g"));
        Assert.Equal(0, _groups.Count);
        Assert.False(_groups.TryRemove("g", out _));
    }

    private void Ready(string group) => _groups.Ready(new GroupHandle(new SubscriptionGroupConfig(group), ActorRefs.Nobody));
}
