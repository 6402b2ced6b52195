using Akka.Actor;

namespace Rocket.Actors.Forming;

/// <summary>What Akka's failure detector of this node says of the other members. Any thread.</summary>
/// <param name="cluster">The cluster of this actor system.</param>
public sealed class MemberHearing(Akka.Cluster.Cluster cluster)
{
    /// <summary>Whether it misses the member at an address; one that is no member is not missed.</summary>
    public bool IsMissed(Address member) => cluster.FailureDetector.IsMonitoring(member) && !cluster.FailureDetector.IsAvailable(member);
}
