using Akka.Actor;
using Akka.Event;

namespace Rocket.Actors.Placement;

/// <summary>The proposer: one round after the other on each register, for whoever asks.</summary>
public sealed partial class PlacementActor
{
    private void TakeOver(PlacementProtocol.Acquire acquire)
    {
        var held = _settings.Brokers.FirstOrDefault(broker => broker.Name == acquire.Broker);
        if (held is null)
        {
            Sender.Tell(new PlacementProtocol.Refused(acquire.Broker, $"{_settings.Node} holds no copy of {acquire.Broker}."));
            return;
        }

        if (_self.Doubtful.Contains(acquire.Broker))
        {
            Sender.Tell(new PlacementProtocol.Refused(acquire.Broker, $"the copy on {_settings.Node} may lack messages, since its folder was lost or is an old copy."));
            return;
        }

        var election = new ElectionState(_settings.Node, _voter, held.PreferredMaster);
        if (election.TryTakeOver(acquire.BasedOn, acquire.Fenced, _nodes.Present, out var proposal, out var refusal))
        {
            Run(acquire.Broker, new ChangeJob(Sender, acquire.BasedOn, proposal, TakesOver: true));
        }
        else
        {
            Sender.Tell(new PlacementProtocol.Refused(acquire.Broker, refusal));
        }
    }

    /// <summary>A set without members would be for ever: only a member may lead, and only a leader adds one.</summary>
    private void Change(PlacementProtocol.Change change)
    {
        if (change.Proposed.InSync.IsEmpty)
        {
            Sender.Tell(new PlacementProtocol.Refused(change.Broker, $"nobody would be in sync any more ({change.Proposed})."));
            return;
        }

        Run(change.Broker, new ChangeJob(Sender, change.BasedOn, change.Proposed, TakesOver: false));
    }

    private void Run(string broker, RegisterJob job)
    {
        var register = _self.RegisterOf(broker);
        if (register.Damage is { } damage)
        {
            job.ReplyTo.Tell(new PlacementProtocol.Refused(broker, damage));
            return;
        }

        if (!_self.MayVote)
        {
            job.ReplyTo.Tell(new PlacementProtocol.Unknown(broker));
            return;
        }

        register.Add(job);
        BeginNext(register);
    }

    private void BeginNext(LocalRegister register)
    {
        if (!_self.TryBegin(register, out var first))
        {
            return;
        }

        Timers.StartSingleTimer(RoundTimerOf(register), new RoundDue(register.Broker, register.Round!), _settings.RoundTimeout);
        Follow(register, first);
    }

    private void Follow(LocalRegister register, RoundStep step)
    {
        switch (step)
        {
            case RoundStep.Send send:
                if (send.Request is Prepare)
                {
                    ScheduleAttempt(register, _settings.AttemptTimeout);
                }

                Tell(new VoterRequest(register.Broker, _voter, _self.Start, send.Request), send.To);
                break;
            case RoundStep.Refused:
                ScheduleAttempt(register, _settings.RetryPause * (1 + _voter));
                break;
            case RoundStep.Finished finished:
                Finish(register, finished.Outcome);
                break;
        }
    }

    private void Finish(LocalRegister register, RoundOutcome outcome)
    {
        Timers.Cancel(AttemptTimerOf(register));
        Timers.Cancel(RoundTimerOf(register));
        var job = register.End();
        switch (outcome)
        {
            case RoundOutcome.Agreed agreed:
                TellThatItVotesAgain();
                _known.Add(register.Broker);
                _table.Learn(register.Broker, agreed.Value);
                if (job is ChangeJob && agreed.Value is { } placement)
                {
                    Announce(register.Broker, placement);
                }

                job.ReplyTo.Tell(job.OnAgreed(register.Broker, agreed.Value));
                break;
            case RoundOutcome.Conflict conflict:
                _known.Add(register.Broker);
                _table.Learn(register.Broker, conflict.Value);
                job.ReplyTo.Tell(new PlacementProtocol.Conflict(register.Broker, conflict.Value));
                break;
            case RoundOutcome.Unknown when _isRefused && _links.Length == 1:
                job.ReplyTo.Tell(new PlacementProtocol.Unknown(register.Broker)); // why is known, and said
                break;
            case RoundOutcome.Unknown:
                _log.Warning("{0}: no majority of the {1} voters answered within {2}", register.Broker, _links.Length, _settings.RoundTimeout);
                job.ReplyTo.Tell(new PlacementProtocol.Unknown(register.Broker));
                break;
        }

        HurryIfUnled();
        BeginNext(register);
    }

    private void TellThatItVotesAgain()
    {
        if (_isRefused)
        {
            _log.Info("This voter votes again: its disk takes what it writes.");
            _isRefused = false;
        }
    }

    private void Announce(string broker, BrokerPlacement placement)
    {
        _log.Info("{0}: agreed on {1}", broker, placement);
        Tell(new PlacementAgreed(broker, placement), Audience.Others);
    }

    private void ScheduleAttempt(LocalRegister register, TimeSpan delay) =>
        Timers.StartSingleTimer(AttemptTimerOf(register), new AttemptDue(register.Broker, register.Round!.Ballot), delay);

    private static string AttemptTimerOf(LocalRegister register) => "attempt/" + register.Broker;

    private static string RoundTimerOf(LocalRegister register) => "round/" + register.Broker;

    private sealed record AttemptDue(string Broker, Ballot Ballot) : INoSerializationVerificationNeeded;

    private sealed record RoundDue(string Broker, RegisterRound Round) : INoSerializationVerificationNeeded;
}
