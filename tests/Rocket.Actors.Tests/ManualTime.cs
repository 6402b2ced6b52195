namespace Rocket.Actors.Tests;

/// <summary>A clock that stands still until a test moves it. Its wall clock can be set, its timestamps only go on.</summary>
internal sealed class ManualTime : TimeProvider
{
    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _elapsed = TimeSpan.FromDays(1).Ticks;
    private long _wall = Beginning.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _elapsed);

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _wall), TimeSpan.Zero);

    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _elapsed, time.Ticks);
        Interlocked.Add(ref _wall, time.Ticks);
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void SetWallClock(DateTimeOffset now) => Volatile.Write(ref _wall, now.UtcTicks);
}
