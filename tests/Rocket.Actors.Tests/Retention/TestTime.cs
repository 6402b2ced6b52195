namespace Rocket.Actors.Tests.Retention;

/// <summary>A clock that stands until a test moves it, two hours ahead of UTC.</summary>
internal sealed class TestTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2030, 5, 6, 10, 0, 0, TimeSpan.FromHours(2)).UtcTicks;

    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test");

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    /// <summary>Moves on to the next time that it is this hour.</summary>
    public void AdvanceToHour(int hour)
    {
        do
        {
            Advance(TimeSpan.FromMinutes(30));
        }
        while (GetUtcNow().ToOffset(TimeSpan.FromHours(2)).Hour != hour);
    }
}
