using Rocket.Actors.Placement;

namespace Rocket.Actors.Tests.Placement;

/// <summary>Placements as tests need them: told apart by their version and their wanted master.</summary>
internal static class PlacementValues
{
    public static BrokerPlacement Of(long version, string? wanted = null, int voter = 0) =>
        new(Epoch.None.Next(voter), version, "node1", BrokerPlacement.Nodes("node1", "node2"), wanted);
}
