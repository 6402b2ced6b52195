using Rocket.Actors.Cluster;
using Rocket.Actors.Membership;
using Rocket.Host.Gateway;

namespace Rocket.Host.Commands;

/// <summary>What commands work with: the node's snapshots, its connections, and the way to stop it.</summary>
/// <param name="node">The node.</param>
/// <param name="connections">Connections of clients.</param>
/// <param name="stop">Stops the node as SIGTERM does.</param>
/// <param name="stopping">Cancelled when the node begins to stop, for whatever reason.</param>
internal sealed class CommandContext(NodeContext node, ConnectionRegistry connections, Action stop, CancellationToken stopping)
{
    /// <summary>How long the actors of the node may take to answer a command.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public NodeContext Node => node;

    public ConnectionRegistry Connections => connections;

    public CancellationToken Stopping => stopping;

    /// <summary>The cluster's members as this node sees them.</summary>
    /// <exception cref="CommandException">The node has not begun to join yet.</exception>
    public MembershipView Membership => node.Membership?.Current ?? throw CommandException.Unavailable($"{node.Settings.NodeName} is starting");

    /// <summary>Stops the node as SIGTERM does.</summary>
    public void Stop() => stop();
}
