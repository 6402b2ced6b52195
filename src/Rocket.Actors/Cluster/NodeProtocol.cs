using Akka.Actor;

namespace Rocket.Actors.Cluster;

/// <summary>What the Host asks of the <see cref="NodeGuardian"/>.</summary>
public static class NodeProtocol
{
    /// <summary>Answered by <see cref="NodeJoined"/> once this node is a member of its cluster.</summary>
    public sealed class AwaitJoined : INoSerializationVerificationNeeded
    {
        public static readonly AwaitJoined Instance = new();
    }

    public sealed class NodeJoined : INoSerializationVerificationNeeded
    {
        public static readonly NodeJoined Instance = new();
    }

    /// <summary>
    /// Answered by <see cref="NodeReady"/> once this node is a member of its cluster and every broker that it holds is led somewhere, if it can be
    /// served at all. A node that is the preferred master of none waits for no broker.
    /// </summary>
    public sealed class AwaitReady : INoSerializationVerificationNeeded
    {
        public static readonly AwaitReady Instance = new();
    }

    /// <param name="Led">Brokers that clients can use.</param>
    /// <param name="Damaged">Brokers that cannot be served; each was logged with what to do.</param>
    public sealed record NodeReady(IReadOnlyList<string> Led, IReadOnlyList<string> Damaged) : INoSerializationVerificationNeeded;

    /// <summary>Stops every broker in order; answered by <see cref="NodeStopped"/>.</summary>
    public sealed class StopNode : INoSerializationVerificationNeeded
    {
        public static readonly StopNode Instance = new();
    }

    public sealed class NodeStopped : INoSerializationVerificationNeeded
    {
        public static readonly NodeStopped Instance = new();
    }
}
