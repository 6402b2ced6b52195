namespace Rocket.Actors.Membership;

/// <summary>The cluster's membership, readable from any thread without asking.</summary>
/// <param name="cluster">The cluster of this actor system; it keeps its own snapshot up to date.</param>
public sealed class ClusterMembership(Akka.Cluster.Cluster cluster)
{
    /// <summary>The newest snapshot.</summary>
    public MembershipView Current => MembershipView.Of(cluster);

    /// <summary>Takes a member that is dead out of the cluster, so that what it ran is started elsewhere.</summary>
    /// <returns>False: there is no such member.</returns>
    public bool Down(ClusterMember dead)
    {
        ArgumentNullException.ThrowIfNull(dead);
        if (cluster.State.Members.FirstOrDefault(member => member.Address.ToString() == dead.Address) is not { } member)
        {
            return false;
        }

        cluster.Down(member.Address);
        return true;
    }
}
