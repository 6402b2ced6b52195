using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>How a session begins, what is said in it, and how it ends.</summary>
public sealed partial class ReplicaActor
{
    /// <summary>At most so many logs in one message, so that no frame is greater than 1 MiB whatever the topics are called.</summary>
    private const int EndsInOneMessage = 4096;

    private Session? _session;
    private (ILinkConnection From, Follow Follow)? _claim;

    private bool IsOfSession(ILinkConnection from, long session) =>
        _session is { } current && current.Number == session && ReferenceEquals(current.From, from);

    private void OnFollow(ILinkConnection from, Follow follow)
    {
        if (Objection(follow) is { } objection)
        {
            Refuse(from, follow, objection);
            return;
        }

        if (_claim is { } earlier)
        {
            _node.Replication.Forget(earlier.From, earlier.Follow.Session);
        }

        _claim = (from, follow);
        if (_stage == Stage.Own)
        {
            EndSession(_session is { } session && session.Epoch < follow.Epoch ? $"{from.Peer.Name} leads the broker in epoch {follow.Epoch}" : null);
            Settle();
        }
        else
        {
            TellClaim();
        }
    }

    private string? Objection(Follow follow)
    {
        if (_copy is null)
        {
            return _fenceDamage;
        }

        if (_stage == Stage.Stopped || _isStopping)
        {
            return "the node stops";
        }

        if (follow.Epoch < _copy.Promised)
        {
            return $"epoch {_copy.Promised} is promised";
        }

        return _claim is { } claim && follow.Epoch < claim.Follow.Epoch ? $"{claim.From.Peer.Name} claims the broker in epoch {claim.Follow.Epoch}" : null;
    }

    /// <summary>Fences, opens what there is and says how it ends.</summary>
    private void BeginSession()
    {
        if (_copy!.Open.Count == 0 && !_broker.Leases.IsEmpty)
        {
            // Somebody writes in this folder who did not borrow it: no promise can be kept before that has ended.
            Return();
            return;
        }

        var (from, follow) = _claim!.Value;
        _claim = null;
        if (WhyNot(follow) is { } reason)
        {
            Refuse(from, follow, reason);
        }
        else
        {
            _session = new Session(from, follow);
            _logger.Info("The copy of broker {0} follows {1} in epoch {2}, with {3} logs", Name, from.Peer.Name, follow.Epoch, _copy.Open.Count);
            SendEnds();
        }

        // Nothing was flushed while the session was about to begin, and recovery may have found what never was.
        MarkAllUnflushed();
    }

    /// <summary>Promises, and opens the logs.</summary>
    private string? WhyNot(Follow follow)
    {
        try
        {
            if (!_copy!.TryFence(follow.Epoch))
            {
                return $"epoch {_copy.Promised} is promised";
            }

            _trust!.Use(follow.Flushes && FlushesAlways);
            OpenAll();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("The copy of broker {0} cannot follow in epoch {1}: {2}", Name, follow.Epoch, failure.Message);
            return failure.Message;
        }
    }

    private void SendEnds()
    {
        var ends = new List<NamedEnd>();
        foreach (var log in _logs.Values)
        {
            if (log.Copy is not { } copy)
            {
                continue; // the master takes it for empty, and hears that it is not when it says what to do with it
            }

            if (ends.Count == EndsInOneMessage)
            {
                Send(_session!.From, new Ends(_session.Number, IsLast: false, ends));
                ends = [];
            }

            ends.Add(new NamedEnd(log.Name, copy.End));
        }

        Send(_session!.From, new Ends(_session.Number, IsLast: true, ends));
    }

    private void OnHeard(ReplicationMessage message)
    {
        switch (message)
        {
            case Align align:
                OnAlign(align);
                break;
            case HoldsAll:
                Trust("it holds all that its master has");
                break;
            case Marks marks when _session!.Logs.TryGetValue(marks.Log, out var log):
                Note(log, marks.VisibleOffset, marks.Minimum);
                break;
        }
    }

    private void OnAlign(Align align)
    {
        if (!_logs.TryGetValue(align.Name, out var log))
        {
            if (_broker.PlaceOf(align.Name) is null)
            {
                EndSession($"no log of a broker is called {HelloRules.Shown(align.Name)}");
                return;
            }

            _logs.Add(align.Name, log = new FollowedLog(align.Name));
            TryOpen(log);
        }

        (log.Number, log.IsAligned) = (align.Log, false);
        _session!.Logs[align.Log] = log;
        if (log is { IsDamaged: true, IsBusy: false } && _session.MayReplace)
        {
            Replace(log);
        }

        if (log.Failure is { } failure)
        {
            Send(_session.From, new LogFailed(_session.Number, log.Number, failure));
        }
        else if (log.IsBusy && align.Alignment is not LogAlignment.Aligned)
        {
            log.Postponed = align;
        }
        else
        {
            Do(log, align);
        }
    }

    private void Do(FollowedLog log, Align align)
    {
        var before = log.Copy!.Log;
        try
        {
            log.IsAligned = log.Copy.Align(align.Alignment);
        }
        catch (ArgumentException nonsense)
        {
            Close(log);
            EndSession($"the log {log.Name} cannot be cut as its master says: {nonsense.Message}");
            return;
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            if (IsDamage(failure))
            {
                // Opened again it would look as good as before.
                _broker.Distrusted.Note(log.Name, failure.Message);
            }

            Close(log);
            Fail(log, failure.Message);
            return;
        }

        if (!ReferenceEquals(before, log.Copy.Log))
        {
            Publish(log);
        }

        if (log.IsAligned)
        {
            // Under sync-flush the master counts nothing of it before it hears what is flushed, whether records follow or not.
            Touch(log);
            MarkUnflushed(log);
        }
        else
        {
            Send(_session!.From, new LogEnded(_session.Number, log.Number, log.Copy.End));
        }
    }

    private void OnLost(ILinkConnection connection)
    {
        if (_claim is { } claim && ReferenceEquals(claim.From, connection))
        {
            _claim = null;
            MarkAllUnflushed();
        }

        if (_session is { } session && ReferenceEquals(session.From, connection))
        {
            _logger.Info("The copy of broker {0} follows {1} no more: the connection has ended", Name, connection.Peer.Name);
            EndSession(null);
        }
    }

    /// <summary>The master need not wait to see that nothing comes any more.</summary>
    private void Leave()
    {
        if (_session is { } session)
        {
            Send(session.From, new Leaves(session.Number));
        }

        EndSession("the node stops", isPlanned: true);
    }

    /// <summary>Nothing is taken any more; what there is stays open. With a reason, which is logged, the master is told.</summary>
    /// <param name="reason">For people; null: everybody knows.</param>
    /// <param name="isPlanned">Nothing is wrong.</param>
    private void EndSession(string? reason, bool isPlanned = false)
    {
        if (_session is not { } session)
        {
            return;
        }

        _session = null;
        _node.Replication.Forget(session.From, session.Number);
        foreach (var log in _logs.Values)
        {
            log.Forget();
        }

        _touched.Clear();
        if (reason is not null)
        {
            _logger.Log(
                isPlanned ? LogLevel.InfoLevel : LogLevel.WarningLevel, null, "The copy of broker {0} follows {1} no more: {2}", Name, session.From.Peer.Name, reason);
            Send(session.From, new FollowRefused(session.Number, _copy!.Promised, reason));
        }
    }

    /// <summary>One master, for as long as one connection and one epoch last.</summary>
    private sealed class Session(ILinkConnection from, Follow follow)
    {
        public ILinkConnection From => from;

        public long Number => follow.Session;

        public Epoch Epoch => follow.Epoch;

        public bool Flushes => follow.Flushes;

        public bool MayReplace => follow.MayReplace;

        /// <summary>Logs by the numbers that the master gave them.</summary>
        public Dictionary<int, FollowedLog> Logs { get; } = [];

        /// <summary>Payload bytes of the record frames that were taken.</summary>
        public long Taken { get; set; }
    }
}
