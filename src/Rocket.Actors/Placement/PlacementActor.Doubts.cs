using Akka.Event;

namespace Rocket.Actors.Placement;

/// <summary>
/// A voter that has lost its past has lost its copies with it: the folder is empty, or an old one. A register may go on naming this node as one that holds everything, even as the master, and
/// whoever leads is followed. So the node leads none of these brokers before it is out of the in-sync set, which it proposes itself; it gets back into the set as every copy that was behind does.
/// </summary>
public sealed partial class PlacementActor
{
    private void ReadWhatIsDoubtful()
    {
        foreach (var broker in _self.Doubtful.Where(broker => _self.MayVote && !_self.RegisterOf(broker).IsBusy))
        {
            Run(broker, new ReadJob(Self));
        }
    }

    /// <summary>What a register holds, as a majority of the voters says.</summary>
    private void LookAtDoubt(string broker, BrokerPlacement? placement)
    {
        if (!_self.Doubtful.Contains(broker))
        {
            return;
        }

        if (placement is null || !placement.InSync.Contains(_settings.Node))
        {
            EndDoubt(broker);
        }
        else if (_settings.Brokers.Any(held => held.Name == broker && held.IsAlone) && placement.InSync.Count == 1)
        {
            _log.Warning("Broker {0}: no other node holds a copy of it, so it goes on with what the folder of {1} holds; what is not there is lost", broker, _settings.Node);
            EndDoubt(broker);
        }
        else
        {
            var proposed = placement with
            {
                Version = placement.Version + 1,
                Master = placement.Master == _settings.Node ? null : placement.Master,
                InSync = placement.InSync.Remove(_settings.Node),
            };
            _log.Warning(
                "Broker {0}: the copy on {1} may lack messages, since its folder was lost or is an old copy; it leaves the in-sync set ({2})", broker, _settings.Node, placement);
            Run(broker, new ChangeJob(Self, placement, proposed, TakesOver: false));
        }
    }

    private void EndDoubt(string broker) => Durably(() => _self.EndDoubt(broker));
}
