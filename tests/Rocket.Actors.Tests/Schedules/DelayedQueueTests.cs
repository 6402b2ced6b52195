using Rocket.Actors.Schedules;
using Xunit;

namespace Rocket.Actors.Tests.Schedules;

public sealed class DelayedQueueTests
{
    private const long Now = 1_750_000_000_000;
    private const long Delay = 10_000;
    private const long TwoHours = 7_200_000;

    [Fact]
    public void A_message_is_due_when_its_level_has_waited_from_its_storage_on()
    {
        var level = new DelayedQueue(0, 0);
        Assert.Equal(Now + Delay, level.DueAt(0, Now, Now, Delay, 1));
        Assert.Equal(Now - 5 + Delay, level.DueAt(0, Now - 5, Now, Delay, 1));
        Assert.Equal(Now + 5 + Delay, level.DueAt(0, Now + 5, Now, Delay, 1));
    }

    [Fact]
    public void One_that_was_stored_before_a_wrong_clock_was_set_back_waits_from_when_it_was_first_seen()
    {
        var level = new DelayedQueue(0, 0);
        Assert.Equal(Now + Delay, level.DueAt(0, Now + TwoHours, Now, Delay, 3));
        Assert.Equal(Now + Delay, level.DueAt(2, Now + TwoHours, Now + 4000, Delay, 9));

        // One that came after that is not sooner than its level either.
        Assert.Equal(Now + 4000 + Delay, level.DueAt(3, Now + TwoHours, Now + 4000, Delay, 9));
        Assert.Equal(Now + 4000 + Delay, level.DueAt(8, Now + TwoHours, Now + 9000, Delay, 99));
    }

    [Fact]
    public void When_the_clock_is_set_back_once_more_it_waits_from_then()
    {
        var level = new DelayedQueue(0, 0);
        level.DueAt(0, Now + TwoHours, Now, Delay, 3);
        Assert.Equal(Now - TwoHours + Delay, level.DueAt(0, Now + TwoHours, Now - TwoHours, Delay, 3));
    }
}
