using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;
using Xunit;

namespace Rocket.Actors.Tests.Schedules;

public sealed class SetAsideOffsetsTests
{
    private static readonly QueueId First = new("SCHEDULE_TOPIC_XXXX", 1);
    private static readonly QueueId Second = new("SCHEDULE_TOPIC_XXXX", 2);

    [Fact]
    public void What_has_changed_is_told_once_for_each_queue_as_it_is_now()
    {
        var aside = new SetAsideOffsets();
        Assert.True(aside.TryAdd(First, 7));
        Assert.True(aside.TryAdd(First, 3));
        Assert.True(aside.TryAdd(Second, 3));
        Assert.Equal(["1: 3 7", "2: 3"], Texts(aside));
        Assert.False(aside.HasChanged);

        aside.Remove(First, 3);
        aside.Remove(First, 4);
        aside.Remove(Second, 3);
        Assert.Equal(["1: 7", "2: "], Texts(aside));
        Assert.Equal((true, false, false), (aside.Contains(First, 7), aside.Contains(First, 3), aside.Contains(Second, 7)));
    }

    [Fact]
    public void So_many_are_set_aside_and_no_more_until_one_of_them_is_delivered()
    {
        var aside = new SetAsideOffsets();
        aside.Restore(new MetadataEvents.MessagesSetAside(First.Topic, First.Number, [.. Enumerable.Range(0, SetAsideOffsets.Most - 1).Select(i => (long)i)]));
        Assert.False(aside.HasChanged);
        Assert.True(aside.TryAdd(Second, 0));
        Assert.False(aside.TryAdd(Second, 1));
        aside.Remove(First, 5);
        Assert.True(aside.TryAdd(Second, 1));
    }

    private static IEnumerable<string> Texts(SetAsideOffsets aside) =>
        aside.TakeChanges().OrderBy(queue => queue.QueueId).Select(queue => $"{queue.QueueId}: {string.Join(' ', queue.Offsets)}");
}
