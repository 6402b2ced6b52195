using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>The owner of one log on its master: what it is told waits in its mailbox for any time, in order.</summary>
internal sealed class SimulatedOwner(string name, RecordLog log, LogCopies copies, Random random) : ICopiedLog
{
    private const int ReadBytes = 250;

    private readonly Queue<Action> _mailbox = new();

    public string Name => name;

    public RecordLog Log => log;

    public LogCopies Copies => copies;

    public void Aligned(ICopySession session, int number, LogPoint at) => _mailbox.Enqueue(() => copies.Aligned(session, number, at));

    public void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed) =>
        _mailbox.Enqueue(() => copies.Acknowledged(session, appended, flushed));

    public void RoomAgain(ICopySession session) => _mailbox.Enqueue(() => copies.RoomAgain(session));

    public void Ended(ICopySession session) => _mailbox.Enqueue(() => copies.Ended(session));

    public void Count(string node, bool counts) => _mailbox.Enqueue(() => copies.Count(node, counts));

    /// <summary>Reads for a copy that is behind. In truth another thread does: what it says of it comes by the mailbox, and the room that was missing may be there, and told, before.</summary>
    public void Read()
    {
        if (!copies.TryBeginRead(out var read))
        {
            return;
        }

        using var runs = new RecordRunReader(log.Reader, SimulatedIndexer.Instance);
        try
        {
            var run = runs.Read(read.From, ReadBytes);
            var (end, visible) = (run.End, copies.Marks.IsOpen ? copies.Marks.VisibleOffset : -1);
            var isSent = run.Count == 0 || read.Session.TrySend(read.Log, run, visible, log.Watermarks.Minimum);
            if (!isSent && random.Next(2) == 0)
            {
                ((SimulatedSession)read.Session).MakeRoom();
            }

            _mailbox.Enqueue(() => copies.WasRead(read, end, isSent));
        }
        catch (OffsetBelowMinimumException)
        {
            _mailbox.Enqueue(() => copies.Lost(read));
        }
    }

    /// <summary>Does some of what waits.</summary>
    public void Work()
    {
        while (random.Next(12) > 0 && _mailbox.TryDequeue(out var next))
        {
            next();
        }
    }
}
