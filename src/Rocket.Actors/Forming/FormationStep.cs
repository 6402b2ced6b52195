using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>What a node does next about the cluster. The record is made durable before any of them.</summary>
public abstract record FormationStep
{
    private FormationStep()
    {
    }

    /// <summary>Tell a voter.</summary>
    public sealed record Send(string To, FormationMessage Message) : FormationStep;

    /// <summary>Join the cluster that the member at this address is in; a later one replaces it.</summary>
    public sealed record Join(string Address, Ballot Number) : FormationStep;

    /// <summary>Form the cluster of this number: join oneself.</summary>
    public sealed record Found(Ballot Number) : FormationStep;

    /// <summary>Leave, and begin anew as another start: a join that can't succeed has no other end, and a cluster that was overtaken neither.</summary>
    public sealed record Abandon(string Reason) : FormationStep;
}
