using Akka.Actor;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Tests.Placement;

/// <summary>Nodes as a test says; an actor's node is its own name.</summary>
internal sealed class NamedNodes(params string[] present) : IClusterNodes
{
    public IReadOnlyCollection<string> Present => present;

    public bool IsCutOff { get; init; }

    public string? NodeOf(IActorRef actor) => present.Contains(actor.Path.Name) ? actor.Path.Name : null;
}
