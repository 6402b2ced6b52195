namespace Rocket.Actors.Cluster;

/// <summary>Who decides that a node is gone (<c>rocket.failover</c>); the same on every node of a cluster.</summary>
public enum FailoverMode
{
    /// <summary>A person: two nodes can't tell a crash from a cut cable.</summary>
    Manual,

    /// <summary>The majority of three voters or more.</summary>
    Automatic,
}
