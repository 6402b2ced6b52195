namespace Rocket.Actors.Membership;

/// <summary>The cluster's membership, readable from any thread without asking.</summary>
/// <param name="cluster">The cluster of this actor system; it keeps its own snapshot up to date.</param>
public sealed class ClusterMembership(Akka.Cluster.Cluster cluster)
{
    /// <summary>The newest snapshot.</summary>
    public MembershipView Current => MembershipView.Of(cluster);
}
