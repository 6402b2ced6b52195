using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>One queue as pulls read it, from any thread: led by this node, or a copy of what another node leads.</summary>
public interface IReadableQueue
{
    /// <summary>Whether another node decides what the queue holds: then an offset behind what is visible here may well exist.</summary>
    bool IsCopy { get; }

    /// <summary>First offset that can still be read.</summary>
    long MinimumOffset { get; }

    /// <summary>Offset behind the last record that consumers may see; −1: not known yet.</summary>
    long VisibleOffset { get; }

    /// <summary>Offset behind the last record that is written, visible or not.</summary>
    long AppendedOffset { get; }

    /// <summary>Position behind the last record, visible or not.</summary>
    long EndPosition { get; }

    LogReader Reader { get; }
}
