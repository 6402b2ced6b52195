using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>How records are taken, acknowledged, flushed, and dropped when the master has dropped them.</summary>
/// <remarks>
/// Per frame of records nothing is allocated here; per burst an acknowledgement in pooled memory, and per flush its job. A burst is what queued up in the mailbox behind its first
/// frame: the acknowledgement is due behind it.
/// </remarks>
public sealed partial class ReplicaActor
{
    private readonly List<FollowedLog> _touched = [];
    private readonly List<FollowedLog> _unflushed = [];
    private LogAck[] _acks = new LogAck[64];
    private bool _isAckDue;

    private void OnRecords(ReplicaMessages.Records records)
    {
        try
        {
            if (IsOfSession(records.From, records.Session))
            {
                Take(RecordFrame.Read(records.Memory.Payload));
            }
        }
        finally
        {
            records.Memory.Release();
        }
    }

    private void Take(in RecordFrameView view)
    {
        var session = _session!;
        session.Taken += view.PayloadBytes;
        AcknowledgeSoon();
        if (!session.Logs.TryGetValue(view.Log, out var log) || !(log.IsAligned || log.Failure is not null))
        {
            EndSession($"records came for log number {view.Log}, which is not aligned");
            return;
        }

        if (log.Failure is not null)
        {
            return; // the master was told; these were under way
        }

        try
        {
            log.Copy!.Append(view.Run, session.Epoch);
        }
        catch (ForeignRecordsException foreign)
        {
            EndSession(foreign.Message);
            return;
        }
        catch (LogPoisonedException poisoned)
        {
            Fail(log, poisoned.Message);
            return;
        }

        Note(log, view.VisibleOffset, view.Minimum);
        Touch(log);
        MarkUnflushed(log);
    }

    private void Touch(FollowedLog log)
    {
        if (!log.IsTouched)
        {
            log.IsTouched = true;
            _touched.Add(log);
        }

        AcknowledgeSoon();
    }

    private void AcknowledgeSoon()
    {
        if (!_isAckDue)
        {
            _isAckDue = true;
            _self.Tell(AckDue.Instance, ActorRefs.NoSender);
        }
    }

    private void Acknowledge()
    {
        _isAckDue = false;
        if (_session is not { } session)
        {
            return;
        }

        var count = 0;
        foreach (var log in _touched)
        {
            log.IsTouched = false;
            if (!log.IsAligned || log.Copy is not { } copy)
            {
                continue;
            }

            if (count == AckFrame.MaxLogs)
            {
                Send(session.From, AckFrame.Rent(session.Number, session.Taken, _acks.AsSpan(0, count)));
                count = 0;
            }

            if (count == _acks.Length)
            {
                Array.Resize(ref _acks, 2 * count);
            }

            // Flushed first: it may rise meanwhile, and never says more than what was appended before.
            var flushed = copy.Log.Watermarks.Flushed;
            _acks[count++] = new LogAck(log.Number, copy.Log.Watermarks.Appended, flushed);
        }

        _touched.Clear();
        Send(session.From, AckFrame.Rent(session.Number, session.Taken, _acks.AsSpan(0, count)));
    }

    private void Note(FollowedLog log, long visibleOffset, LogPoint minimum)
    {
        if (log.Copy is not { } copy || log.Failure is not null)
        {
            return;
        }

        copy.NoteVisible(visibleOffset);
        log.View!.Note(visibleOffset, minimum.Offset);

        // Segments end elsewhere here, so there may be nothing to drop: looked at once for each minimum of the master's.
        if (minimum.Position > log.DroppedFor && minimum.Position > copy.Log.Watermarks.MinimumPosition)
        {
            log.DroppedFor = log.WantsDrop = minimum.Position;
            StartNext(log);
        }
    }

    /// <summary>What was appended is flushed: at once if the master waits for it, else with everything else after a while.</summary>
    private void MarkUnflushed(FollowedLog log)
    {
        if (!log.HasUnflushed)
        {
            return;
        }

        if (_session is { Flushes: true })
        {
            log.WantsFlush = true;
            StartNext(log);
        }
        else if (!log.IsUnflushed)
        {
            log.IsUnflushed = true;
            _unflushed.Add(log);
            if (_unflushed.Count == 1)
            {
                Timers.StartSingleTimer(nameof(FlushDue), FlushDue.Instance, _broker.Settings.FlushInterval);
            }
        }
    }

    private void MarkAllUnflushed()
    {
        foreach (var log in _logs.Values)
        {
            MarkUnflushed(log);
        }
    }

    private void FlushAll()
    {
        foreach (var log in _unflushed)
        {
            log.IsUnflushed = false;
            log.WantsFlush = log.HasUnflushed;
            StartNext(log);
        }

        _unflushed.Clear();
    }

    /// <summary>Starts what is to be done to a log next, unless something is being done to it, or everything is about to stand still.</summary>
    private void StartNext(FollowedLog log)
    {
        if (log.IsBusy || log.Copy is null || log.Failure is not null || _stage != Stage.Own || _claim is not null)
        {
            return;
        }

        if (log.Postponed is { } align)
        {
            log.Postponed = null;
            Do(log, align);
        }
        else if (log.WantsFlush)
        {
            log.WantsFlush = false;
            Start(log, CopyWork.Flush);
        }
        else if (log.WantsDrop > 0)
        {
            var before = log.WantsDrop;
            log.WantsDrop = 0;
            Start(log, CopyWork.Drop, before);
        }
    }

    private void Start(FollowedLog log, CopyWork work, long before = 0)
    {
        log.IsBusy = true;
        _jobs++;
        _node.FlushThreads.Start(new CopyJob(log, log.Copy!.Log, work, before, _self));
    }

    private void JobEnded(CopyJob.Ended ended)
    {
        var log = ended.Followed;
        if (!_logs.TryGetValue(log.Name, out var known) || !ReferenceEquals(known, log))
        {
            return; // of an earlier incarnation of this actor, which has closed its logs
        }

        log.IsBusy = false;
        _jobs--;
        if (ended.Failure is { } failure)
        {
            Fail(log, failure.Message);
        }
        else if (log.IsAligned)
        {
            Touch(log);
        }

        if (ended.Dropped > 0)
        {
            _logger.Info("Copy of broker {0}, log {1}: dropped {2} segments, as its master has; the first offset is {3} now",
                Name, log.Name, ended.Dropped, ended.Log.Watermarks.MinimumOffset);
        }

        StartNext(log);
        Settle();
    }
}
