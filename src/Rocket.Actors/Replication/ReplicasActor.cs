using Akka.Actor;
using Rocket.Actors.Cluster;

namespace Rocket.Actors.Replication;

/// <summary><c>/user/node/replicas</c>: a <see cref="ReplicaActor"/> for each broker that this node holds, named like the broker. One that crashes begins anew and knows whom it has lent to.</summary>
public sealed class ReplicasActor : UntypedActor
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "replicas";

    private readonly NodeContext _node;
    private readonly HashSet<string> _stopping = new(StringComparer.Ordinal);
    private IActorRef _stopAsker = ActorRefs.Nobody;

    /// <param name="node">What the node's actors share.</param>
    public ReplicasActor(NodeContext node) => _node = node;

    protected override void PreStart()
    {
        foreach (var broker in _node.Brokers)
        {
            broker.Replica = Context.ActorOf(ReplicaActor.Props(_node, broker).WithDispatcher(NodeGuardian.BlockingDispatcher), broker.Settings.Name);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Restart);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StopReplicas:
                _stopAsker = Sender;
                foreach (var broker in _node.Brokers)
                {
                    _stopping.Add(broker.Settings.Name);
                    broker.Replica.Tell(ReplicaProtocol.StopReplica.Instance, Self);
                }

                TellIfStopped();
                break;
            case ReplicaProtocol.ReplicaStopped stopped:
                _stopping.Remove(stopped.Broker);
                TellIfStopped();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void TellIfStopped()
    {
        if (_stopping.Count == 0)
        {
            _stopAsker.Tell(ReplicasStopped.Instance);
        }
    }

    /// <summary>Every copy is to be closed cleanly. Answer: <see cref="ReplicasStopped"/>.</summary>
    internal sealed class StopReplicas : INoSerializationVerificationNeeded
    {
        public static readonly StopReplicas Instance = new();
    }

    internal sealed class ReplicasStopped : INoSerializationVerificationNeeded
    {
        public static readonly ReplicasStopped Instance = new();
    }
}
