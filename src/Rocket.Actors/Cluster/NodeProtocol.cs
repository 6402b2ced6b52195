using Akka.Actor;

namespace Rocket.Actors.Cluster;

/// <summary>What the Host asks of the <see cref="NodeGuardian"/>.</summary>
public static class NodeProtocol
{
    /// <summary>Answered by <see cref="NodeReady"/> once every broker that can be served is led.</summary>
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
