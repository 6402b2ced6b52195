using System.Buffers;
using System.IO.Pipelines;
using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway;

/// <summary>
/// One pull: looked at when it comes in; held by its queue when there is nothing and the client may wait; looked at again when it is woken. Its
/// messages go from the file into the socket's pipe without being decoded.
/// </summary>
internal sealed class PendingPull : PullWaiter, IReply
{
    private readonly GatewayConnection _connection;
    private readonly ReplyAddress _address;
    private readonly int _charge;
    private readonly QueueHandle _queue;
    private readonly SubscriptionExpression _filter;
    private readonly int _wanted;
    private IndexEntry[] _entries = [];
    private PullFinding _finding;
    private Exception? _unreadable;

    public PendingPull(in GatewayRequest request, QueueHandle queue, long offset, int wanted, SubscriptionExpression filter, long deadline)
    {
        _connection = request.Connection;
        _address = request.Address;
        _charge = request.Charge;
        _queue = queue;
        _filter = filter;
        _wanted = Math.Clamp(wanted, 1, PullScan.GreatestCount);
        Offset = offset;
        Deadline = deadline;
    }

    public override long Offset { get; }

    public override long Deadline { get; }

    public override bool IsAbandoned => _connection.IsClosed;

    public override bool Accepts(int tagHash) => _filter.Accepts(tagHash);

    /// <summary>Answers if there is anything to say; holds the pull at its queue otherwise, if it may be held.</summary>
    public void AnswerOrHold(bool mayHold)
    {
        Look();
        if (mayHold && _unreadable is null && _finding.Status == PullStatus.NotFound)
        {
            ReturnEntries();
            _queue.Actor.Tell(this, ActorRefs.NoSender);
        }
        else
        {
            _connection.Reply(this);
        }
    }

    public override void Wake()
    {
        if (IsAbandoned)
        {
            Completed();
            return;
        }

        Look();
        _connection.Reply(this);
    }

    public void WriteTo(CommandEncoder encoder, PipeWriter output)
    {
        if (_unreadable is not null)
        {
            WriteFailure(encoder, output, _unreadable);
            return;
        }

        encoder.Start(_address.SerializeType, (int)_finding.Status, _address.Opaque, CommandFlags.Response, Remark(_finding.Status));
        PullMessageResponse.AddTo(encoder, suggestWhichBrokerId: 0, _finding.NextOffset, _finding.MinimumOffset, _finding.MaximumOffset);
        if (_finding.Count == 0)
        {
            encoder.WriteTo(output, 0);
            return;
        }

        // Head and messages are filled in before anything is given to the pipe: a record that cannot be read becomes an answer of its own.
        var head = encoder.FrameHeadBytes;
        var frame = output.GetSpan(head + _finding.Bytes);
        try
        {
            _queue.Reader.ReadPayloads(_entries.AsSpan(0, _finding.Count), frame.Slice(head, _finding.Bytes));
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            WriteFailure(encoder, output, exception);
            return;
        }

        encoder.WriteHead(frame, _finding.Bytes);
        output.Advance(head + _finding.Bytes);
    }

    public void Completed()
    {
        ReturnEntries();
        _connection.Outstanding.Release(_charge);
    }

    private void Look()
    {
        if (_entries.Length == 0)
        {
            _entries = ArrayPool<IndexEntry>.Shared.Rent(_wanted);
        }

        try
        {
            _finding = PullScan.Find(_queue, Offset, _filter, _entries.AsSpan(0, _wanted));
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            // This may run on the queue's thread, which has others to serve: it becomes the answer of this pull.
            _unreadable = exception;
        }
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is IOException or DamagedRecordException or OffsetBelowMinimumException or ObjectDisposedException;

    private void WriteFailure(CommandEncoder encoder, PipeWriter output, Exception exception)
    {
        _connection.LogUnreadable(_queue.Id.ToString(), exception);
        encoder.Start(_address.SerializeType, ResponseCode.SystemError, _address.Opaque, CommandFlags.Response, exception.Message);
        encoder.WriteTo(output, 0);
    }

    private void ReturnEntries()
    {
        if (_entries.Length > 0)
        {
            ArrayPool<IndexEntry>.Shared.Return(_entries);
            _entries = [];
        }
    }

    private static string Remark(PullStatus status) => status switch
    {
        PullStatus.Found => "FOUND",
        PullStatus.NotFound => "OFFSET_OVERFLOW_ONE",
        PullStatus.RetryImmediately => "NO_MATCHED_MESSAGE",
        _ => "OFFSET_MOVED",
    };
}
