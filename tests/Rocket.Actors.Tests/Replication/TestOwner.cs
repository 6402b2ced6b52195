using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;

namespace Rocket.Actors.Tests.Replication;

/// <summary>The owner of a real log on its master, who does what it is told at once and keeps a list of it.</summary>
internal sealed class TestOwner(LogScenario scenario, bool flushes = false) : ICopiedLog, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _heard = [];
    private readonly LogBatch _batch = new();
    private readonly List<Action<LogCopies>> _early = [];
    private LogCopies? _copies;

    public LogScenario Scenario => scenario;

    public RecordLog Log => scenario.Log;

    public string[] Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    /// <summary>The session that was aligned last.</summary>
    public ICopySession? Session { get; private set; }

    /// <summary>Whether what copies lack cannot be read.</summary>
    public bool IsUnreadable { get; set; }

    public long Visible
    {
        get
        {
            lock (_gate)
            {
                return _copies!.Marks.VisibleOffset;
            }
        }
    }

    /// <summary>The answer to <see cref="CopiesProtocol.AddLog"/>: what came since waits for it, as it would in a mailbox.</summary>
    public void Begin(CopiesProtocol.LogAdded added)
    {
        lock (_gate)
        {
            _copies = new LogCopies(Log, flushes, added.Counting, window: 1 << 20);
            _early.ForEach(action => action(_copies));
            _early.Clear();
        }
    }

    /// <summary>Clients send.</summary>
    public void Append(int count, int size = 100, long epoch = 7)
    {
        lock (_gate)
        {
            _batch.Begin(Log, epoch);
            for (var i = 0; i < count; i++)
            {
                _batch.Add(LogScenario.Payload(_batch.NextOffset, size));
                _batch.Seal(0, LogScenario.FirstTimestamp, []);
            }

            Log.Append(_batch);
            _copies!.Appended(_batch.Run);
            _batch.Clear();
        }
    }

    public void Aligned(ICopySession session, int log, LogPoint at) =>
        Do($"aligned {session.Node} at {at.Offset}", copies =>
        {
            Session = session;
            copies.Aligned(session, log, at);
        });

    public void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed) =>
        Do($"acknowledged {session.Node} {appended.Offset}", copies => copies.Acknowledged(session, appended, flushed));

    public void RoomAgain(ICopySession session) => Do($"room {session.Node}", copies => copies.RoomAgain(session));

    public void Ended(ICopySession session) => Do($"ended {session.Node}", copies => copies.Ended(session));

    public void Count(string node, bool counts) => Do($"count {node} {counts}", copies => copies.Count(node, counts));

    public void Dispose()
    {
        _batch.Dispose();
        scenario.Dispose();
    }

    private void Do(string what, Action<LogCopies> action)
    {
        lock (_gate)
        {
            _heard.Add(what);
            if (_copies is null)
            {
                _early.Add(copies => ActAndRead(copies, action));
            }
            else
            {
                ActAndRead(_copies, action);
            }
        }
    }

    private void ActAndRead(LogCopies copies, Action<LogCopies> action)
    {
        action(copies);
        Read(copies);
    }

    // A copy that is behind is read for until it has no room.
    private void Read(LogCopies copies)
    {
        using var runs = new RecordRunReader(Log.Reader, scenario.Indexer);
        while (copies.TryBeginRead(out var read))
        {
            if (IsUnreadable)
            {
                copies.CannotRead(read, "the record is not what was written");
                continue;
            }

            try
            {
                var run = runs.Read(read.From, 64 << 10);
                var visible = copies.Marks.IsOpen ? copies.Marks.VisibleOffset : -1;
                copies.WasRead(read, run.End, run.Count == 0 || read.Session.TrySend(read.Log, run, visible, Log.Watermarks.Minimum));
            }
            catch (OffsetBelowMinimumException)
            {
                copies.Lost(read);
            }
        }
    }
}
