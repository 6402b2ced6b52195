using Rocket.Host.Gateway;
using Xunit;

namespace Rocket.Host.Tests.Gateway;

/// <summary>So many lines a minute, and the number of those that were left out.</summary>
public sealed class LineBudgetTests
{
    [Fact]
    public void Lines_beyond_the_budget_are_counted_until_the_minute_is_over()
    {
        var time = new SetTime();
        var lines = new LineBudget(linesPerMinute: 3, time);

        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => lines.TryTake()));
        time.Now = TimeSpan.FromSeconds(59);
        Assert.Equal(0, lines.Renew());
        Assert.False(lines.TryTake());

        time.Now = TimeSpan.FromSeconds(60);
        Assert.Equal(3, lines.Renew());
        Assert.True(lines.TryTake());
        time.Now = TimeSpan.FromSeconds(120);
        Assert.Equal(0, lines.Renew());
    }

    private sealed class SetTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
