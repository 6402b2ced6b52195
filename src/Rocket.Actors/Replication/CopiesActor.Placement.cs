using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Placement;
using static Rocket.Actors.Replication.CopiesProtocol;

namespace Rocket.Actors.Replication;

/// <summary>Changes of the in-sync set: one question to the register at a time, each with an answer of its own, so that a late one is never taken for another's.</summary>
public sealed partial class CopiesActor
{
    /// <summary>The PlacementActor answers within its round timeout of 3 s, unless it was restarted and forgot the question.</summary>
    private static readonly TimeSpan PlacementPatience = TimeSpan.FromSeconds(10);

    /// <summary>Before a register that did not answer, or refused, is asked again.</summary>
    private static readonly TimeSpan AskPause = TimeSpan.FromMilliseconds(500);

    private bool _isAsking;
    private bool _isUnknown;
    private long _askFrom;
    private string? _refusal;

    private void Propose()
    {
        var now = Now;
        if (_isAsking || _isOver || now < _askFrom || _node.IsSteppingDown)
        {
            return;
        }

        if (_isUnknown || HasChanged)
        {
            Ask(new PlacementProtocol.Read(_settings.Name));
        }
        else if (_inSync.TryPropose(now, out var proposal))
        {
            Ask(new PlacementProtocol.Change(_settings.Name, _inSync.Agreed, proposal));
        }
    }

    /// <summary>Somebody else has changed it, such as a node that has lost what its copy held: it leaves the set by its own word.</summary>
    private bool HasChanged => _node.Placements.TryGet(_settings.Name, out var heard) && heard?.Version > _inSync.Agreed.Version;

    private void Ask(object question)
    {
        _isAsking = true;
        _node.PlacementActor.Ask<object>(question, PlacementPatience)
            .PipeTo(Self, ActorRefs.NoSender, answer => new Answered(answer), _ => new Answered(null));
    }

    private void Take(Answered answered)
    {
        _isAsking = false;
        if (_isOver)
        {
            return;
        }

        switch (answered.Answer)
        {
            case PlacementProtocol.Changed changed:
                Know(changed.Placement);
                break;
            case PlacementProtocol.Current current:
                Know(current.Placement);
                break;
            case PlacementProtocol.Conflict conflict:
                Know(conflict.Actual);
                break;
            case PlacementProtocol.Refused refused when !_isUnknown:
                // Nothing was proposed, so the register holds what it held.
                Refused(refused.Reason);
                Know(_inSync.Agreed);
                break;
            default:
                if (answered.Answer is PlacementProtocol.Refused unreadable)
                {
                    Refused(unreadable.Reason);
                }

                _isUnknown = true;
                _inSync.OutcomeUnknown();
                _askFrom = Now + Stamps(AskPause);
                break;
        }
    }

    private void Refused(string reason)
    {
        _askFrom = Now + Stamps(AskPause);
        if (_refusal != reason)
        {
            _refusal = reason;
            _logger.Warning("Broker {0}: its in-sync set cannot be changed: {1}", _settings.Name, reason);
        }
    }

    private void Know(BrokerPlacement? placement)
    {
        _isUnknown = false;
        var before = _inSync.Agreed;
        string[] counting = [.. _inSync.Counting];
        var ceased = _inSync.Known(placement);
        if (_inSync.IsDeposed)
        {
            Depose(placement is null ? "its placement is gone" : $"its placement is {placement}");
            return;
        }

        foreach (var node in _inSync.Counting.Except(counting, StringComparer.Ordinal))
        {
            Count(node, counts: true);
        }

        foreach (var node in ceased)
        {
            Count(node, counts: false);
            if (_copies.TryGetValue(node, out var copy))
            {
                End(copy, RefusedPause);

                // What has failed in the set is fetched anew out of it.
                copy.DueAt = Math.Min(copy.DueAt, Now + Stamps(RefusedPause));
            }
        }

        ForgetLeftOut();
        if (!_inSync.Agreed.Equals(before))
        {
            _refusal = null;
            _logger.Info("Broker {0}: {1}", _settings.Name, _inSync.Agreed);
            _broker.Tell(new InSyncChanged(_inSync.Agreed));
        }

        Propose();
    }

    /// <param name="Answer">Null: there was none.</param>
    private sealed record Answered(object? Answer) : INoSerializationVerificationNeeded;
}
