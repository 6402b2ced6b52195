namespace Rocket.Actors.Links;

/// <summary>One start of one node, as it said in its handshake.</summary>
/// <param name="Name">Node name.</param>
/// <param name="StartCounter">How often it was started on its data folder, this time included.</param>
/// <param name="Incarnation">A random number that it drew at this start.</param>
/// <param name="Version">Version of its program, for people.</param>
/// <param name="EndPoint">ip:port of the other side of the connection, for people.</param>
public sealed record LinkPeer(string Name, long StartCounter, long Incarnation, string Version, string EndPoint)
{
    /// <summary>Whether both are the same start of the same node.</summary>
    public bool IsSameStartAs(LinkPeer other) => Name == other.Name && Incarnation == other.Incarnation;
}
