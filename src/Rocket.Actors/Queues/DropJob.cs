using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>Deletes one segment of one log. Who asked is told, and so are people: here, so that a line stands for exactly one deletion.</summary>
internal sealed class DropJob(RecordLog log, IActorRef queue, QueueProtocol.DropSegment request, IActorRef asker, ILoggingAdapter logger) : LogJob(log, queue)
{
    protected override void Work()
    {
        try
        {
            Drop();
        }
        catch (Exception exception)
        {
            Keep(exception.Message);
            throw;
        }

        Tell(new QueueProtocol.Flushed(Log, Log.Watermarks.Flushed));
    }

    /// <summary>Answers without having done it.</summary>
    private void Keep(string reason) => asker.Tell(new QueueProtocol.SegmentKept(request, reason), ActorRefs.NoSender);

    private void Drop()
    {
        var (id, segment, why) = request.Deletion;
        if (Log.DropSegmentsBefore(segment.End.Position) == 0)
        {
            Keep("it is not complete, or no longer there");
            return;
        }

        var newest = DateTimeOffset.FromUnixTimeMilliseconds(segment.NewestStoreTimestamp);
        logger.Info(
            "Queue {0}: deleted segment {1}, offsets {2}, {3} bytes, last message of {4:u}: {5}",
            id, segment.FileName, $"{segment.First.Offset} to {segment.End.Offset - 1}", segment.Bytes, newest, why);
        asker.Tell(new QueueProtocol.SegmentDropped(request), ActorRefs.NoSender);
    }
}
