using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>Its proposer and its acceptor.</summary>
internal sealed partial class SimulatedNode
{
    public void Read(SimulatedReign reign) => Run(above => RegisterRound.Reading(index, cluster.Voters, above), outcome => ForReign(reign, outcome));

    public void Change(BrokerPlacement basedOn, BrokerPlacement proposed, SimulatedReign reign) =>
        Run(above => RegisterRound.Changing(index, cluster.Voters, above, basedOn, proposed), outcome => ForReign(reign, outcome));

    private void ForReign(SimulatedReign reign, RoundOutcome outcome)
    {
        if (ReferenceEquals(reign, Reign))
        {
            reign.OnOutcome(outcome);
        }
    }

    private void Run(Func<Ballot, RegisterRound> begin, Action<RoundOutcome> end)
    {
        _jobs.Enqueue((begin, end));
        BeginNext();
    }

    private void BeginNext()
    {
        if (_round is null && _jobs.TryDequeue(out var job))
        {
            _round = job.Begin(_acceptor.Promised).Without(VotedOut);
            _onOutcome = job.End;
            Follow(_round.Begin());
        }
    }

    /// <summary>The round under way has taken long: another attempt, or none.</summary>
    public void HurryRound(Random random)
    {
        if (_round is null)
        {
            return;
        }

        if (random.Next(4) == 0)
        {
            Finish(_round.GiveUp());
        }
        else
        {
            Follow(_round.Retry());
        }
    }

    private void Follow(RoundStep step)
    {
        switch (step)
        {
            case RoundStep.Send send:
                for (var voter = 0; voter < cluster.Voters; voter++)
                {
                    if (send.To == Audience.All || (voter == index) == (send.To == Audience.Self))
                    {
                        Send(voter, new VoterRequest(Broker, index, _store.Record.Start, send.Request));
                    }
                }

                break;
            case RoundStep.Finished finished:
                Finish(finished.Outcome);
                break;
        }
    }

    private void Send(int voter, VoterRequest request)
    {
        if (voter == index)
        {
            OnVote(request);
        }
        else
        {
            cluster.Network.Send(index, voter, new Vote(request));
        }
    }

    private void Finish(RoundOutcome outcome)
    {
        HasRead |= (outcome is RoundOutcome.Agreed && !HasVotedOut) || cluster.Recklessness == Recklessness.TakesWordUnread;
        var end = _onOutcome!;
        (_round, _onOutcome) = (null, null);
        end(outcome);
        BeginNext();
    }

    /// <summary>A person's word that the other one of two voters is dead.</summary>
    public void VoteOut(int voter) => _store.WriteVotedOut(SimulatedCluster.Names[voter]);

    /// <summary>Whether it has known, since its start, what both had agreed; nobody votes out the other one before.</summary>
    public bool HasRead { get; private set; }

    /// <summary>Whether it decides alone.</summary>
    public bool HasVotedOut => _store.VotedOut is not null;

    public string? VotedOutName => _store.VotedOut;

    private int? VotedOut => _store.VotedOut is { } gone ? Array.IndexOf(SimulatedCluster.Names, gone) : null;

    private void OnVote(VoterRequest request)
    {
        if (request.From == VotedOut)
        {
            _store.WriteVotedOut(null); // it is back, and not answered before that is on the disk
        }

        var (next, answer) = _acceptor.On(request.Request);
        if (next != _acceptor)
        {
            _store.Write(Broker, next);
            _acceptor = next;
        }

        var voted = new VoterAnswer(Broker, index, _store.Record.Start, answer);
        if (request.From == index)
        {
            OnVoted(voted);
        }
        else
        {
            cluster.Network.Send(index, request.From, new Voted(voted));
        }
    }

    private void OnVoted(VoterAnswer answer)
    {
        if (_round is { } round)
        {
            var step = round.OnAnswer(answer.From, answer.Answer);
            if (ReferenceEquals(_round, round))
            {
                Follow(step);
            }
        }
    }
}
