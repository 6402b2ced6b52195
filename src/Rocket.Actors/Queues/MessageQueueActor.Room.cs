using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>What a queue writes counts against the room on its broker's disk; without room it takes nothing.</summary>
public sealed partial class MessageQueueActor
{
    /// <summary>Bytes that a message takes in the index, and with two keys in the keys.</summary>
    private const int BesideARecord = 24 + (2 * 16);

    private DiskRoom _room = null!;
    private LogPoint _spent;

    private void WatchRoom()
    {
        _room = node.Broker(_start.Broker).Room;
        _spent = _state.Log.Watermarks.Appended;
    }

    private void SpendRoom()
    {
        var appended = _state.Log.Watermarks.Appended;
        if (appended != _spent)
        {
            _room.Spend(appended.Position - _spent.Position + ((appended.Offset - _spent.Offset) * BesideARecord));
            _spent = appended;
        }
    }
}
