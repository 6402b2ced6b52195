using Akka.Actor;

namespace Rocket.Actors.Topics;

/// <summary>What a <see cref="TopicActor"/> is told and what it answers. All of it stays within one process.</summary>
public static class TopicProtocol
{
    /// <summary>Starts the topic's queues, or adds those that a changed configuration brings; answered by <see cref="TopicReady"/>.</summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="Config">The topic's configuration.</param>
    /// <param name="Epoch">The reign that it belongs to.</param>
    /// <param name="Metadata">The broker's metadata.</param>
    /// <param name="Copies">The broker's <c>CopiesActor</c>; nobody: no other node holds a copy.</param>
    public sealed record StartTopic(string Broker, TopicConfig Config, long Epoch, IActorRef Metadata, IActorRef Copies) : INoSerializationVerificationNeeded;

    /// <summary>The topic's queues take messages. Told again whenever a queue comes back after a crash.</summary>
    public sealed record TopicReady(TopicHandle Handle, IActorRef Topic) : INoSerializationVerificationNeeded;
}
