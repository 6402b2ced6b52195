using CsCheck;
using Rocket.Actors.Schedules;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Schedules;

public sealed class TimerDueTests
{
    private const long Horizon = 40L * 24 * 60 * 60 * 1000;

    /// <summary>From 1970 to the year 10889.</summary>
    private static readonly Gen<long> Stored = Gen.Long[0, (1L << 48) - 1];

    [Fact]
    public void The_index_tells_any_time_within_the_horizon_to_the_millisecond() => Gen.Select(Stored, Gen.Long[0, Horizon]).Sample((stored, delay) =>
        Assert.Equal(stored + delay, TimerDue.Of(Entry(stored, stored + delay))));

    [Fact]
    public void What_was_stored_after_its_time_is_due_when_it_was_stored() => Gen.Select(Stored, Gen.Long[1, 4L * 24 * 60 * 60 * 1000]).Sample((stored, late) =>
        Assert.Equal(stored, TimerDue.Of(Entry(stored, Math.Max(0, stored - late)))));

    private static IndexEntry Entry(long stored, long due) => new(Position: 0, Size: 1, TagHash: TimerDue.ToIndex(due), StoreTimestamp: stored);
}
