using System.Collections.Concurrent;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Queues;
using Rocket.Actors.Tests.Storage;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>What an acknowledgement said.</summary>
internal sealed record Acknowledgement(long Taken, IReadOnlyList<LogAck> Logs);

/// <summary>A master that says what the test wants, with real logs on a disk in memory.</summary>
internal sealed class TestMaster : IMasterSession, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static long _lastSession;

    private readonly MemoryDirectory _disk = new();
    private readonly Dictionary<string, RecordLog> _logs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly BlockingCollection<object> _heard = [];
    private readonly ReplicationRouter _router = new();
    private readonly LinkHub _copyHub;

    public TestMaster(string name, LinkHub copyHub)
    {
        Name = name;
        _copyHub = copyHub;
        _router.Open(Hub);
        Connect();
    }

    public string Name { get; }

    public LinkHub Hub { get; } = new();

    public PairedConnection Connection { get; private set; } = null!;

    /// <summary>The copy's end of the connection.</summary>
    public PairedConnection CopysEnd { get; private set; } = null!;

    public long Session { get; private set; }

    /// <summary>Payload bytes of record frames that were sent in the session.</summary>
    public long SentBytes { get; private set; }

    public Epoch Epoch { get; private set; }

    public void Connect() => (Connection, CopysEnd) = PairedConnection.Connect(Hub, Name, _copyHub, "node1");

    public RecordLog Log(string name)
    {
        if (!_logs.TryGetValue(name, out var log))
        {
            Assert.True(QueueId.TryParseFolder(name, out var queue));
            log = RecordLog.Open(
                _disk.Directory(name), queue.ToString(), new LogOptions(SegmentSize: 4096), MessageRecordIndexer.Instance, TimeProvider.System, null);
            _logs.Add(name, log);
        }

        return log;
    }

    /// <summary>Writes messages to a log of the master's.</summary>
    public RecordLog Append(string name, Epoch epoch, int count, string body = "a message")
    {
        var log = Log(name);
        Append(log, epoch, count, body);
        return log;
    }

    public static void Append(RecordLog log, Epoch epoch, int count, string body)
    {
        using var batch = new LogBatch();
        for (var i = 0; i < count; i++)
        {
            batch.Begin(log, epoch.Value);
            var payload = batch.Add(TestMessage.Encode($"{body} {i}"));
            MessageWriter.Stamp(payload, batch.LastOffset, batch.LastPosition, 1000 + batch.LastOffset);
            batch.Seal(0, 1000 + batch.LastOffset, []);
            log.Append(batch);
        }
    }

    /// <summary>Asks to be followed and answers what the copy says.</summary>
    public T Follow<T>(Epoch epoch, bool flushes = false, string broker = "broker-a", bool mayReplace = false)
    {
        SendFollow(epoch, flushes, broker, mayReplace);
        return Expect<T>();
    }

    public void SendFollow(Epoch epoch, bool flushes = false, string broker = "broker-a", bool mayReplace = false)
    {
        Session = Interlocked.Increment(ref _lastSession);
        (Epoch, SentBytes) = (epoch, 0);
        _numbers.Clear();
        _router.Register(Session, Connection, this);
        Send(new Follow(broker, epoch, Session, flushes, mayReplace));
    }

    /// <summary>Says what is to be done to a log.</summary>
    public void SendAlign(string name, LogAlignment alignment)
    {
        if (!_numbers.TryGetValue(name, out var number))
        {
            _numbers.Add(name, number = _numbers.Count + 10);
        }

        Send(new Align(Session, number, name, alignment));
    }

    /// <summary>Compares, as often as needed, until the copy's log agrees.</summary>
    public LogPoint AlignAll(string name, LogEnd end)
    {
        while (true)
        {
            var alignment = LogAlignment.Of(end, Log(name));
            SendAlign(name, alignment);
            if (alignment is LogAlignment.Aligned aligned)
            {
                return aligned.At;
            }

            end = ExpectBehindAcks<LogEnded>().End;
        }
    }

    /// <summary>Sends everything behind a point, a frame for at most so many bytes of records.</summary>
    public void SendRecords(string name, LogPoint from, int maxBytes = 1 << 20, long visible = -1, LogPoint minimum = default)
    {
        using var reader = new RecordRunReader(Log(name).Reader, MessageRecordIndexer.Instance);
        for (var run = reader.Read(from, maxBytes); run.Count > 0; run = reader.Read(run.End, maxBytes))
        {
            SendRun(name, run, visible, minimum);
        }
    }

    public void SendRun(string name, in RecordRun run, long visible = -1, LogPoint minimum = default)
    {
        SentBytes += RecordFrame.SizeOf(run);
        Connection.Send(RecordFrame.Rent(Session, _numbers[name], run, visible, minimum));
    }

    public void SendMarks(string name, long visible, LogPoint minimum) => Send(new Marks(Session, _numbers[name], visible, minimum));

    public void Send(ReplicationMessage message) => Connection.Send(ReplicationMessageCodec.Frame(message));

    /// <summary>The next thing the copy says.</summary>
    public T Expect<T>()
    {
        Assert.True(_heard.TryTake(out var heard, Patience), $"no {typeof(T).Name} came");
        return Assert.IsType<T>(heard);
    }

    /// <summary>The next thing of a kind that the copy says; acknowledgements before it do not matter.</summary>
    public T ExpectBehindAcks<T>()
    {
        while (true)
        {
            Assert.True(_heard.TryTake(out var heard, Patience), $"no {typeof(T).Name} came");
            if (heard is not Acknowledgement)
            {
                return Assert.IsType<T>(heard);
            }
        }
    }

    /// <summary>Waits until an acknowledgement says that a log has come so far.</summary>
    public Acknowledgement ExpectAck(string name, Predicate<LogAck> isEnough)
    {
        while (true)
        {
            var ack = Expect<Acknowledgement>();
            if (ack.Logs.Any(log => log.Log == _numbers[name] && isEnough(log)))
            {
                return ack;
            }
        }
    }

    public void ExpectNothing() => Assert.False(_heard.TryTake(out var heard), $"{heard} came");

    void IMasterSession.Receive(ILinkConnection from, ReplicationMessage message)
    {
        Assert.Same(Connection, from);
        _heard.Add(message);
    }

    void IMasterSession.Acknowledged(ReadOnlySpan<byte> ackPayload)
    {
        var view = AckFrame.Read(ackPayload);
        var logs = new LogAck[view.Count];
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = view[i];
        }

        _heard.Add(new Acknowledgement(view.Taken, logs));
    }

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }

        _heard.Dispose();
    }
}
