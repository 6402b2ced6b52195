namespace Rocket.Host.Tests.Running;

/// <summary>The real clock, but for the time that a test lets pass at once. Timers keep their own pace.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    private TimeSpan Shift => TimeSpan.FromTicks(Volatile.Read(ref _shift));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _shift, time.Ticks);
}
