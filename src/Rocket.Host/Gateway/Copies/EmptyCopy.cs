using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Host.Gateway.Copies;

/// <summary>A queue of which there is no copy here, or none yet: every pull finds nothing and may wait.</summary>
internal sealed class EmptyCopy : IReadableQueue
{
    public static readonly EmptyCopy Instance = new();

    private EmptyCopy()
    {
    }

    public bool IsCopy => true;

    public long MinimumOffset => 0;

    public long VisibleOffset => -1;

    public long AppendedOffset => 0;

    public long EndPosition => 0;

    public LogReader Reader => throw new InvalidOperationException("There is nothing to read.");
}
