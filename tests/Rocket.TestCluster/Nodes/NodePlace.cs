using System.Net.Sockets;

namespace Rocket.TestCluster.Nodes;

/// <summary>Where a node runs, and how the tests reach it there.</summary>
/// <param name="Host">Address that it listens on.</param>
/// <param name="Runner">Words in front of the command that starts it.</param>
/// <param name="NewSocket">Opens the sockets of those who watch it; null: ordinary ones.</param>
public sealed record NodePlace(string Host, IReadOnlyList<string> Runner, Func<Socket>? NewSocket)
{
    /// <summary>This machine's own network.</summary>
    public static NodePlace Here { get; } = new("127.0.0.1", [], null);
}
