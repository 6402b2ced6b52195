using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>The owner of one log on its master: what it is told waits in its mailbox for any time, in order.</summary>
internal sealed class SimulatedOwner(string name, RecordLog log, LogCopies copies, Random random) : ICopiedLog
{
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

    /// <summary>Does some of what waits.</summary>
    public void Work()
    {
        while (random.Next(12) > 0 && _mailbox.TryDequeue(out var next))
        {
            next();
        }
    }
}
