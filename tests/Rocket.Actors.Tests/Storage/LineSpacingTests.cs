using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>How often something that goes on or comes back is said.</summary>
public sealed class LineSpacingTests
{
    private readonly ManualTime _time = new();
    private readonly LineSpacing _lines;

    public LineSpacingTests() => _lines = new LineSpacing(_time);

    [Fact]
    public void What_goes_on_is_said_at_once_and_then_after_pauses_that_double_up_to_a_minute()
    {
        var said = new List<int>();
        for (var second = 0; second <= 250; second++)
        {
            if (_lines.IsDue())
            {
                said.Add(second);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 63, 123, 183, 243], said);
    }

    [Fact]
    public void What_was_quiet_for_two_minutes_begins_anew()
    {
        for (var second = 0; second < 100; second++)
        {
            _lines.IsDue();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(_lines.IsDue());
        _time.Advance(TimeSpan.FromSeconds(121));
        Assert.True(_lines.IsDue());
        Assert.False(_lines.IsDue());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_lines.IsDue());
    }
}
