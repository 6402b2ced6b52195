using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>How it becomes a master, and ceases to be one.</summary>
internal sealed partial class SimulatedNode
{
    /// <summary>Tries to become the master.</summary>
    public void Elect()
    {
        if (isWitness || Reign is not null || _isElecting || !IsUp)
        {
            return;
        }

        _isElecting = true;
        Run(above => RegisterRound.Reading(index, cluster.Voters, above), outcome =>
        {
            if (outcome is RoundOutcome.Agreed agreed)
            {
                TakeOver(agreed.Value);
            }
            else
            {
                _isElecting = false;
            }
        });
    }

    private void TakeOver(BrokerPlacement? current)
    {
        if (cluster.IsPair && current?.Master is { } other && other != Name && _store.VotedOut != other && cluster.HeardBy(index, other).Doubt is null)
        {
            _isElecting = false; // nobody has said that the other one is dead, nor does it say itself that it may lack something
            return;
        }

        var election = new ElectionState(Name, index, SimulatedCluster.Names[0]);
        if (WhyDoubtful(current) is not null && cluster.Recklessness != Recklessness.IgnoresDoubt)
        {
            _isElecting = false;
            return;
        }

        var present = cluster.PresentAsSeenBy(index);
        var fenced = _copy!.Promised;
        if (!election.TryTakeOver(current, fenced, present, out var proposal, out _))
        {
            _isElecting = false;
            return;
        }

        IReadOnlyDictionary<string, RecordLog>? logs = null;
        if (cluster.Recklessness == Recklessness.OpensBeforeFencing)
        {
            logs = OpenLogs();
        }
        else
        {
            _copy.TryFence(proposal.Epoch);
        }

        if (cluster.Recklessness == Recklessness.AgreesAlone)
        {
            BecomeMaster(proposal, logs, current);
            return;
        }

        Run(above => RegisterRound.Changing(index, cluster.Voters, above, current, proposal), outcome =>
        {
            if (outcome is RoundOutcome.Agreed { Value: { } placement } && placement.Equals(proposal))
            {
                BecomeMaster(placement, logs, current);
            }
            else
            {
                _isElecting = false;
            }
        });
    }

    private string? WhyDoubtful(BrokerPlacement? current) =>
        current is null ? null : Doubt?.WhyNotLead(Name, current.InSync.Remove(Name), node => cluster.HeardBy(index, node));

    private void BecomeMaster(BrokerPlacement placement, IReadOnlyDictionary<string, RecordLog>? logs, BrokerPlacement? before)
    {
        _isElecting = false;
        if (cluster.Recklessness == Recklessness.OpensBeforeFencing)
        {
            _copy!.TryFence(placement.Epoch);
        }

        if (_copy!.Promised != placement.Epoch)
        {
            return; // somebody else fenced it meanwhile: this reign is over before it began
        }

        _following = null;
        if (logs is null)
        {
            _copy.Close();
            logs = OpenLogs();
        }

        // Whom this master went on without in its last reign, it goes on without.
        var leftOut = DegradedFile.Read(_logs!.Root) is { } kept && before is not null && before.Master == Name && kept.Epoch == before.Epoch
            ? kept.LeftOut.Intersect(placement.InSync)
            : [];
        KeepLeftOut(placement.Epoch, leftOut);
        if (before is not null && cluster.HaveAllLostSomething(before.InSync))
        {
            cluster.Promises.Forgive(placement.Epoch, logs);
        }

        cluster.Trace($"{Name} leads after {before}, now {placement}{(Doubt is null ? "" : $", although it may lack something: {Doubt}")}");
        Trust();
        cluster.Reigns++;
        Reign = new SimulatedReign(this, placement, logs, leftOut);
        for (var peer = 0; peer < cluster.Voters; peer++)
        {
            if (peer != index && !cluster.Nodes[peer].IsWitness && cluster.Network.IsConnected(index, peer))
            {
                Reign.Connected(peer);
            }
        }
    }

    /// <summary>Whom its reign goes on without, durable when it returns.</summary>
    public void KeepLeftOut(Epoch epoch, IEnumerable<string> nodes) => DegradedFile.Write(_logs!.Root, new DegradedReign(epoch, BrokerPlacement.Nodes([.. nodes])));

    private Dictionary<string, RecordLog> OpenLogs() => SimulatedReign.LogNames.ToDictionary(name => name, name => _logs!.Open(name), StringComparer.Ordinal);

    public void EndReign()
    {
        Reign?.Dispose();
        Reign = null;
    }
}
