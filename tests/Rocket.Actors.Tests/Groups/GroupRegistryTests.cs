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
        Assert.Equal(2, _groups.TakeAskers("g").Count);
        Assert.Empty(_groups.TakeAskers("g"));
        Assert.False(_groups.IsChanging("g"));
    }

    private void Ready(string group) => _groups.Ready(new GroupHandle(new SubscriptionGroupConfig(group), ActorRefs.Nobody));
}
