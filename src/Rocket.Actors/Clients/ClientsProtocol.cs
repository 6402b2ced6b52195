using Akka.Actor;
using Rocket.Protocol.Json;

namespace Rocket.Actors.Clients;

/// <summary>What the <see cref="ClientsActor"/> understands; all of it stays within the node.</summary>
public static class ClientsProtocol
{
    /// <summary>
    /// Code 34. Answered with <see cref="HeartbeatAccepted"/>, when the <see cref="ClientDirectory"/> shows the client and everyone concerned has
    /// been notified, or with <see cref="HeartbeatRefused"/>.
    /// </summary>
    public sealed record Heartbeat(IClientChannel Channel, HeartbeatData Data) : INoSerializationVerificationNeeded;

    public sealed class HeartbeatAccepted : INoSerializationVerificationNeeded
    {
        public static readonly HeartbeatAccepted Instance = new();

        private HeartbeatAccepted()
        {
        }
    }

    /// <summary>Nothing of the heartbeat was taken.</summary>
    /// <param name="Error">Text for the remark of the answer (code 1).</param>
    public sealed record HeartbeatRefused(string Error) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Code 35: the client leaves these groups. Answered with <see cref="Unregistered"/>, also when it was in none of them. A connection that
    /// another one with the same client id has replaced has no say.
    /// </summary>
    public sealed record Unregister(IClientChannel Channel, string ClientId, string? ProducerGroup, string? ConsumerGroup)
        : INoSerializationVerificationNeeded;

    public sealed class Unregistered : INoSerializationVerificationNeeded
    {
        public static readonly Unregistered Instance = new();

        private Unregistered()
        {
        }
    }

    /// <summary>A connection is gone. Not answered; harmless for one that never sent a heartbeat.</summary>
    public sealed record ChannelClosed(IClientChannel Channel) : INoSerializationVerificationNeeded;
}
