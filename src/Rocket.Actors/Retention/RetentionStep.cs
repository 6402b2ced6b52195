using Rocket.Actors.Queues;

namespace Rocket.Actors.Retention;

/// <summary>What a <see cref="RetentionPass"/> wants next.</summary>
internal abstract record RetentionStep
{
    private RetentionStep()
    {
    }

    /// <summary>Delete this, and say whether it went.</summary>
    public sealed record Delete(SegmentDeletion Deletion) : RetentionStep;

    /// <summary>Say how far these topics were consumed.</summary>
    public sealed record AskOffsets(IReadOnlySet<string> Topics) : RetentionStep;

    /// <summary>Nothing: the pass is over.</summary>
    public sealed record Done : RetentionStep;

    /// <summary>Nothing, although the disk is too full: no other segment may be deleted.</summary>
    /// <param name="Unread">Complete segments that hold messages which not every consumer group has consumed.</param>
    /// <param name="UnreadBytes">Bytes of their records.</param>
    public sealed record Stuck(int Unread, long UnreadBytes) : RetentionStep;
}
