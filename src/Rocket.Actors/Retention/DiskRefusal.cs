namespace Rocket.Actors.Retention;

/// <summary>What a client is told whose message finds no room.</summary>
public static class DiskRefusal
{
    /// <summary>Begins as RocketMQ's remark does, which clients may look for.</summary>
    public static string Remark(RetentionSettings settings) =>
        "service not available now. It may be caused by one of the following reasons: the broker's disk is full "
        + $"[disk-refuse-writes-ratio = {settings.DiskRefuseWritesRatio} %]";
}
