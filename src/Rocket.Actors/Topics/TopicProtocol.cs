using Akka.Actor;

namespace Rocket.Actors.Topics;

/// <summary>What a <see cref="TopicActor"/> is told and what it answers. All of it stays within one process.</summary>
public static class TopicProtocol
{
    /// <summary>Starts the topic's queues, or adds those that a changed configuration brings; answered by <see cref="TopicReady"/>.</summary>
    public sealed record StartTopic(string Broker, TopicConfig Config, long Epoch, IActorRef Metadata) : INoSerializationVerificationNeeded;

    /// <summary>The topic's queues take messages. Told again whenever a queue comes back after a crash.</summary>
    public sealed record TopicReady(TopicHandle Handle, IActorRef Topic) : INoSerializationVerificationNeeded;
}
