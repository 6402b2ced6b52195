namespace Rocket.Actors.Routing;

/// <summary>
/// Where the node keeps its view of the cluster: written by the <see cref="RouteActor"/> alone, read by anyone without asking. It outlives a
/// restart of its writer.
/// </summary>
public sealed class RouteTable
{
    private volatile RouteState _state = RouteState.Empty;

    /// <summary>The newest snapshot.</summary>
    public RouteView Current => _state.View;

    /// <summary>What the snapshot was made from.</summary>
    internal RouteState State
    {
        get => _state;
        set => _state = value;
    }
}
