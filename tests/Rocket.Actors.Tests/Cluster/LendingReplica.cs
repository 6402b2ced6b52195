using Akka.Actor;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>Plays the owner of a broker's folder that follows nobody: lends it whenever it is wanted, and keeps its promises in memory.</summary>
internal sealed class LendingReplica : UntypedActor
{
    private Epoch _promised = Epoch.None;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaProtocol.Borrow:
                Sender.Tell(new ReplicaProtocol.Lent(_promised));
                break;
            case ReplicaProtocol.Fence fence:
                _promised = fence.Epoch;
                Sender.Tell(new ReplicaProtocol.Fenced(fence.Epoch));
                break;
        }
    }
}
