using System.Globalization;

namespace Rocket.Actors.Queues;

/// <summary>One message queue of one topic, within its broker.</summary>
public readonly record struct QueueId(string Topic, int Number)
{
    private const char Separator = '@';

    /// <summary>'|' may stand in a topic but not in every file system's names; '+' cannot stand in a topic.</summary>
    private const char TopicsBar = '|';
    private const char FoldersBar = '+';

    /// <summary>Name of the folder that holds the queue's log.</summary>
    public string Folder => ToString().Replace(TopicsBar, FoldersBar);

    /// <summary>The queue whose log is in a folder of this name; false when no queue's is.</summary>
    public static bool TryParseFolder(string folder, out QueueId queue)
    {
        queue = default;
        var at = folder.LastIndexOf(Separator);
        if (at <= 0 || !int.TryParse(folder.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        queue = new QueueId(folder[..at].Replace(FoldersBar, TopicsBar), number);
        return queue.Folder == folder;
    }

    /// <summary>Name of the queue's log: <c>topic@number</c>. Topics cannot contain '@'.</summary>
    public override string ToString() => $"{Topic}{Separator}{Number}";
}
