using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>How the folder goes to a borrower and comes back, and how its logs are closed before.</summary>
public sealed partial class ReplicaActor
{
    /// <summary>A borrower that has crashed leaves queues behind that close their logs one by one.</summary>
    private static readonly TimeSpan LeaseLook = TimeSpan.FromMilliseconds(50);

    private IActorRef _next = ActorRefs.Nobody;
    private IActorRef _stopAsker = ActorRefs.Nobody;
    private bool _isStopping;
    private bool _isClosing;

    private void OnLending(object message)
    {
        switch (message)
        {
            case ReplicaProtocol.Borrow:
                Borrow(Sender);
                break;
            case ReplicaProtocol.Fence fence:
                Sender.Tell(Fence(fence.Epoch), _self);
                break;
            case ReplicaProtocol.Leads when Sender.Equals(_loan.Borrower):
                Trust("it leads");
                break;
            case ReplicaProtocol.Leads:
                break;
            case ReplicaProtocol.GiveBack when Sender.Equals(_loan.Borrower):
                TakeBack();
                break;
            case ReplicaProtocol.GiveBack:
                break;
            case Terminated ended:
                Ended(ended.ActorRef);
                break;
            case LeasesDue:
                LookAtLeases();
                break;
            case ReplicaProtocol.StopReplica:
                Stop(Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Borrow(IActorRef borrower)
    {
        if (_copy is null)
        {
            borrower.Tell(new ReplicaProtocol.NotLent(_fenceDamage!, IsDamage: true), _self);
            return;
        }

        try
        {
            _trust!.Use(FlushesAlways);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("Broker {0} cannot be led here yet, its disk refuses: {1}", Name, failure.Message);
            return; // who wants to borrow asks again
        }

        switch (_stage)
        {
            case Stage.Own when !_isStopping:
                EndSession("this node is to lead it", isPlanned: true);
                Watch(borrower);
                _stage = Stage.Closing;
                Settle();
                break;
            case Stage.Lent when borrower.Equals(_loan.Borrower) && _broker.Leases.IsEmpty:
                TellLent();
                break;
            case Stage.Closing when borrower.Equals(_loan.Borrower):
                break;
            case Stage.Stopped:
                RefuseBecauseOfStop(borrower);
                break;
            default:
                // The next one in line; one that asks again although it has logs open has begun anew, and has to wait for what it left behind.
                _next = borrower;
                if (borrower.Equals(_loan.Borrower))
                {
                    TakeBack();
                }
                else
                {
                    Context.Watch(borrower);
                }

                break;
        }
    }

    private void Watch(IActorRef borrower)
    {
        _loan.Borrower = borrower;
        _loan.IsLent = false;
        Context.Watch(borrower);
    }

    private object Fence(Epoch epoch)
    {
        if (_stage != Stage.Lent || !Sender.Equals(_loan.Borrower))
        {
            return new ReplicaProtocol.NotFenced(epoch, "the folder is not lent to who asks");
        }

        try
        {
            return _copy!.TryFence(epoch)
                ? new ReplicaProtocol.Fenced(epoch)
                : new ReplicaProtocol.NotFenced(epoch, $"epoch {_copy.Promised} is promised");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("Broker {0} cannot be fenced in epoch {1}: {2}", Name, epoch, failure.Message);
            return new ReplicaProtocol.NotFenced(epoch, failure.Message);
        }
    }

    private void Ended(IActorRef actor)
    {
        if (actor.Equals(_next))
        {
            _next = ActorRefs.Nobody;
        }

        if (!actor.Equals(_loan.Borrower))
        {
            return;
        }

        if (_stage == Stage.Lent)
        {
            TakeBack();
        }
        else
        {
            // It has never got the folder: closing goes on, and the folder stays here.
            _loan.Borrower = ActorRefs.Nobody;
        }
    }

    private void TakeBack()
    {
        if (!_next.Equals(_loan.Borrower))
        {
            Context.Unwatch(_loan.Borrower);
        }

        (_loan.Borrower, _loan.IsLent) = (ActorRefs.Nobody, false);
        if (_stage == Stage.Lent)
        {
            Return();
        }
    }

    private void Return()
    {
        _stage = Stage.Returning;
        LookAtLeases();
    }

    private void LookAtLeases()
    {
        if (_stage != Stage.Returning)
        {
            return;
        }

        if (!_broker.Leases.IsEmpty)
        {
            Timers.StartSingleTimer(nameof(LeasesDue), LeasesDue.Instance, LeaseLook);
            return;
        }

        if (_isStopping)
        {
            EndLending();
            return;
        }

        if (!_next.IsNobody())
        {
            Watch(_next);
            _next = ActorRefs.Nobody;
            Lend();
            return;
        }

        _stage = Stage.Own;
        Settle();
    }

    private void EndLending()
    {
        _stage = Stage.Stopped;
        NoteCleanStop();
        RefuseBecauseOfStop(_loan.Borrower);
        RefuseBecauseOfStop(_next);
        (_loan.Borrower, _next) = (ActorRefs.Nobody, ActorRefs.Nobody);
    }

    private void RefuseBecauseOfStop(IActorRef borrower) => borrower.Tell(new ReplicaProtocol.NotLent("the node stops", IsDamage: false), _self);

    private void Lend()
    {
        _stage = Stage.Lent;
        _loan.IsLent = true;
        TellLent();
        TellClaim();
    }

    private void TellLent() => _loan.Borrower.Tell(new ReplicaProtocol.Lent(_copy!.Promised), _self);

    private void TellClaim()
    {
        if (_stage == Stage.Lent && _claim is { } claim)
        {
            _loan.Borrower.Tell(new ReplicaProtocol.Claimed(claim.From.Peer.Name, claim.Follow.Epoch), _self);
        }
    }

    /// <summary>An earlier incarnation of this actor may have lent the folder, or have been about to.</summary>
    private void TakeUpLoan()
    {
        if (_loan.Borrower.IsNobody())
        {
            return;
        }

        Context.Watch(_loan.Borrower);
        if (_loan.IsLent)
        {
            _stage = Stage.Lent;
        }
        else
        {
            _next = _loan.Borrower;
            _loan.Borrower = ActorRefs.Nobody;
            Return();
        }
    }

    private void Stop(IActorRef asker)
    {
        _stopAsker = asker;
        _isStopping = true;
        if (_claim is { } claim)
        {
            _claim = null;
            Refuse(claim.From, claim.Follow, "the node stops");
        }

        switch (_stage)
        {
            case Stage.Own:
                Leave();
                _stage = Stage.Closing;
                Settle();
                break;
            case Stage.Lent or Stage.Returning or Stage.Stopped:
                TellStopped();
                break;
        }
    }

    private void TellStopped() => _stopAsker.Tell(new ReplicaProtocol.ReplicaStopped(Name), _self);

    /// <summary>First the logs are flushed, on flush threads; then they are closed.</summary>
    private void GoOnClosing()
    {
        if (!_isClosing)
        {
            _isClosing = true;
            foreach (var log in _logs.Values)
            {
                if (log.Copy is { Log.Poisoned: null })
                {
                    Start(log, _isStopping ? CopyWork.CloseCleanly : CopyWork.Close);
                }
            }
        }

        if (_jobs == 0)
        {
            CloseAll();
        }
    }

    private void CloseAll()
    {
        _isClosing = false;
        _broker.Copies.Clear();
        _copy?.Close();
        _logs.Clear();
        _unflushed.Clear();
        if (_isStopping)
        {
            EndLending();
            TellStopped();
        }
        else if (_loan.Borrower.IsNobody())
        {
            Return();
        }
        else
        {
            Lend();
        }
    }

    private sealed class LeasesDue : INoSerializationVerificationNeeded
    {
        public static readonly LeasesDue Instance = new();
    }
}
