using System.Buffers;
using System.IO.Pipelines;
using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.Gateway.Handlers;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway;

/// <summary>
/// One pull: looked at when it comes in; held by its queue when there is nothing and the client may wait; looked at again when it is woken. Its
/// messages go from the file into the socket's pipe without being decoded.
/// </summary>
/// <remarks>
/// By tags it is woken for a message that it gets. By properties every arrival makes it look, behind what it has looked at before; if none of them passes, it
/// is held again until its time is over.
/// </remarks>
internal sealed class PendingPull : PullWaiter, IReply
{
    private const int MostIndexedTags = 64;

    private readonly GatewayConnection _connection;
    private readonly ReplyAddress _address;
    private readonly int _charge;
    private readonly BrokerContext _broker;
    private readonly SubscriptionGroupConfig? _group;
    private readonly QueueId _id;
    private readonly IReadableQueue _queue;
    private readonly SubscriptionExpression _filter;
    private readonly int _wanted;
    private readonly long _asked;
    private long _offset;
    private bool _mayGoOn;
    private IndexEntry[] _entries = [];
    private PullFinding _finding;
    private (int Code, string Remark)? _refusal;
    private long _suggestedBrokerId;
    private volatile bool _isWoken;

    public PendingPull(
        in GatewayRequest request, SubscriptionGroupConfig? group, QueueId id, IReadableQueue queue, long offset, int wanted, SubscriptionExpression filter, long deadline)
    {
        _connection = request.Connection;
        _address = request.Address;
        _charge = request.Charge;
        _broker = request.Connection.Listener.Broker!;
        _group = group;
        _id = id;
        _queue = queue;
        _filter = filter;
        _wanted = Math.Clamp(wanted, 1, PullScan.GreatestCount);
        _asked = offset;
        _offset = offset;
        Deadline = deadline;
    }

    public override long Offset => _offset;

    public override long Deadline { get; }

    public override bool IsAbandoned => _connection.IsClosed;

    // More would make the queue's index of tags larger than the pull; such a pull is woken by every arrival, looks, and is told to go on.
    public override ReadOnlySpan<int> Tags => _filter.TagHashes.Length <= MostIndexedTags ? _filter.TagHashes : default;

    public override bool Accepts(int tagHash) => Tags.IsEmpty || _filter.Accepts(tagHash);

    /// <summary>With an expression over properties it looks at the messages themselves.</summary>
    public bool TakesTime => _filter.Sql is not null;

    /// <summary>Answers if there is anything to say; holds the pull at its queue otherwise, if it may be held. A oneway pull wants no answer.</summary>
    public void AnswerOrHold(bool mayHold)
    {
        if (_address.IsOneway)
        {
            Completed();
        }
        else if (mayHold && _queue is QueueHandle led && Offset >= led.VisibleOffset && Offset <= led.AppendedOffset)
        {
            Hold();
        }
        else if (mayHold && _queue.IsCopy && Offset >= _queue.VisibleOffset)
        {
            Hold();
        }
        else
        {
            _connection.Reply(this);
        }
    }

    /// <summary>The look is left to the connection's writer: a queue that wakes thousands has no time for theirs.</summary>
    public override void Wake()
    {
        _mayGoOn = false;
        _isWoken = true;
        _connection.Reply(this);
    }

    public override void LookAgain()
    {
        _mayGoOn = _filter.Sql is not null;
        _isWoken = true;
        _connection.Reply(this);
    }

    public int Prepare()
    {
        Look();
        if (GoesOn)
        {
            ReturnEntries();
            _offset = _finding.NextOffset;

            // From here on it may be looked at elsewhere.
            Hold();
            return IReply.NotYet;
        }

        if (_finding.Status == PullStatus.NotFound && _finding.NextOffset > _asked)
        {
            _finding = _finding with { Status = PullStatus.RetryImmediately };
        }

        return _finding.Bytes;
    }

    private void Look()
    {
        if (_isWoken && IsDisabled)
        {
            _refusal = (ResponseCode.NoPermission, BrokerRemarks.ConsumeDisabled(_group!.GroupName));
            _finding = default;
            return;
        }

        if (TakesTime && _connection.Closed.IsCancellationRequested)
        {
            // Nobody reads the answer; those that wait behind it have to go, too.
            _finding = Nothing;
            return;
        }

        _entries = ArrayPool<IndexEntry>.Shared.Rent(_wanted);
        try
        {
            _finding = PullScan.Find(_queue, Offset, _filter, _entries.AsSpan(0, _wanted));
            if (_finding.Count > 0 && _broker.Settings.SlaveReadEnable)
            {
                _suggestedBrokerId = _connection.Environment.Copies.SlowReaders.BrokerIdFor(_broker, _group, _queue, _entries[_finding.Count - 1]);
            }
        }
        catch (Exception) when (_queue.IsCopy && IsReplaced)
        {
            _finding = Nothing;
        }
        catch (Exception exception) when (StoredMessages.IsUnreadable(exception))
        {
            _finding = default;
            _refusal = Refuse(exception);
        }
    }

    /// <summary>Whether it is held once more: it looked at all that there was, or at as much as one look may cost, and none of it passed.</summary>
    private bool GoesOn =>
        _mayGoOn
        && _refusal is null
        && (_finding.Status == PullStatus.NotFound || (_finding.Status == PullStatus.RetryImmediately && _finding.NextOffset > _offset))
        && _connection.Environment.Time.GetTimestamp() < Deadline
        && !_connection.IsClosed
        && !(_queue.IsCopy && IsReplaced);

    private void Hold()
    {
        if (_queue is QueueHandle led)
        {
            led.Actor.Tell(this, ActorRefs.NoSender);
        }
        else
        {
            _connection.Environment.Copies.Held.Hold(_broker, _id.Folder, this);
        }
    }

    public void WriteTo(CommandEncoder encoder, PipeWriter output)
    {
        if (_refusal is { } refusal)
        {
            WriteRefusal(encoder, output, refusal);
            return;
        }

        StartAnswer(encoder);
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
        catch (OffsetBelowMinimumException)
        {
            _finding = PullScan.Dropped(_queue);
            StartAnswer(encoder);
            encoder.WriteTo(output, 0);
            return;
        }
        catch (Exception) when (_queue.IsCopy && IsReplaced)
        {
            _finding = Nothing;
            StartAnswer(encoder);
            encoder.WriteTo(output, 0);
            return;
        }
        catch (Exception exception) when (StoredMessages.IsUnreadable(exception))
        {
            WriteRefusal(encoder, output, Refuse(exception));
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

    /// <summary>The copy was closed while it was read, since the broker comes to be led here or its records were cut: the client asks again, whoever serves it then.</summary>
    private bool IsReplaced => !_broker.Copies.TryGet(_id.Folder, out var copy) || !ReferenceEquals(copy, _queue);

    /// <summary>The group was forbidden to consume while the pull was held.</summary>
    private bool IsDisabled => _group is not null && _broker.Directory.TryGetGroup(_group.GroupName, out var now) && !now.Config.ConsumeEnable;

    private PullFinding Nothing => new(PullStatus.NotFound, Offset, 0, Offset, 0, 0);

    private void StartAnswer(CommandEncoder encoder)
    {
        encoder.Start(_address.SerializeType, (int)_finding.Status, _address.Opaque, CommandFlags.Response, Remark(_finding.Status));
        PullMessageResponse.AddTo(encoder, _suggestedBrokerId, _finding.NextOffset, _finding.MinimumOffset, _finding.MaximumOffset);
    }

    private (int Code, string Remark) Refuse(Exception exception) =>
        StoredMessages.Refusal(exception, _connection.Environment.ClientLog, $"queue {_id}");

    private void WriteRefusal(CommandEncoder encoder, PipeWriter output, (int Code, string Remark) refusal)
    {
        encoder.Start(_address.SerializeType, refusal.Code, _address.Opaque, CommandFlags.Response, refusal.Remark);
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
