using Akka.Actor;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Routing;

/// <summary>
/// What the <see cref="RouteActor"/> understands. The one who leads a broker sends to the RouteActor of its own node: first
/// <see cref="PublishBroker"/>, then <see cref="PublishTopics"/> with everything, then changes as they happen.
/// </summary>
public static class RouteProtocol
{
    /// <summary>
    /// A change to what is known of a broker. Answered with <see cref="Published"/> once this node's <see cref="RouteTable"/> shows it, before
    /// the other nodes know, or with <see cref="PublishRefused"/>.
    /// </summary>
    public interface IPublication : INoSerializationVerificationNeeded
    {
        string BrokerName { get; }

        /// <summary>Epoch in which the sender leads the broker; above 0.</summary>
        long Epoch { get; }
    }

    /// <summary>The broker is led here, in a new epoch or at new addresses.</summary>
    /// <param name="BrokerName">Broker name.</param>
    /// <param name="Cluster">Cluster name, as clients see it.</param>
    /// <param name="Epoch">The leader's epoch.</param>
    /// <param name="Addresses">ip:port by broker id; 0 is the master.</param>
    public sealed record PublishBroker(string BrokerName, string Cluster, long Epoch, IReadOnlyDictionary<long, string> Addresses)
        : IPublication;

    /// <summary>Adds one topic or changes it.</summary>
    public sealed record PublishTopic(string BrokerName, long Epoch, TopicConfig Topic) : IPublication
    {
        /// <summary>What clients may do with the broker: no topic is shown with more.</summary>
        public int Permission { get; init; } = TopicPermission.ReadWrite;
    }

    /// <summary>Adds several topics or changes them.</summary>
    /// <param name="BrokerName">Broker name.</param>
    /// <param name="Epoch">The leader's epoch.</param>
    /// <param name="Topics">The topics.</param>
    /// <param name="Complete">
    /// These are all topics of the broker: what an earlier epoch left behind and is not among them disappears. Sent once in each epoch; until
    /// then the topics of the earlier epoch stay in the routes.
    /// </param>
    public sealed record PublishTopics(string BrokerName, long Epoch, IReadOnlyList<TopicConfig> Topics, bool Complete) : IPublication
    {
        /// <summary>What clients may do with the broker: no topic is shown with more.</summary>
        public int Permission { get; init; } = TopicPermission.ReadWrite;
    }

    /// <summary>A topic was deleted; no error if it is not there.</summary>
    public sealed record RetractTopic(string BrokerName, long Epoch, string Topic) : IPublication;

    /// <summary>The broker leaves the cluster for good, with all its topics.</summary>
    public sealed record RetractBroker(string BrokerName, long Epoch) : IPublication;

    /// <summary>This node's view shows the change.</summary>
    public sealed record Published(IPublication Publication) : INoSerializationVerificationNeeded;

    /// <summary>Nothing was changed: the epoch is over, or the broker itself was not published in it.</summary>
    public sealed record PublishRefused(IPublication Publication, string Reason) : INoSerializationVerificationNeeded;
}
