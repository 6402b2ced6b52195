using Akka.Actor;
using Akka.Cluster.Sharding;
using Rocket.Actors.Queues;
using Rocket.Actors.Wire;

namespace Rocket.Actors.Cluster;

/// <summary>The vocabulary of the one Cluster Sharding type: a shard is a broker, its entities are all that belongs to the broker.</summary>
public static class ShardProtocol
{
    /// <summary>Name of the sharding type.</summary>
    public const string TypeName = "broker";

    /// <summary>A message for one entity of one broker.</summary>
    public sealed record BrokerEnvelope(string Broker, string EntityId, object Message) : INoSerializationVerificationNeeded;

    /// <summary>Makes a broker start wherever it is placed; told every second for every known broker, so it also retries a failed allocation.</summary>
    public sealed record EnsureBroker(string Broker) : IControlMessage;

    /// <summary>Asks an entity to finish what it took and to stop; sharding's hand-off message.</summary>
    public sealed class StopEntity : INoSerializationVerificationNeeded
    {
        public static readonly StopEntity Instance = new();
    }

    /// <summary>Entity id of the BrokerActor.</summary>
    public const string BrokerEntity = "broker";

    public static string TopicEntity(string topic) => TopicPrefix + topic;

    public static string QueueEntity(QueueId queue) => QueuePrefix + queue;

    public static string GroupEntity(string group) => GroupPrefix + group;

    internal const string TopicPrefix = "topic/";
    internal const string QueuePrefix = "queue/";
    internal const string GroupPrefix = "group/";

    /// <summary>Reads broker and entity from the messages above.</summary>
    public sealed class Extractor : IMessageExtractor
    {
        public string? ShardId(object message) => message switch
        {
            BrokerEnvelope envelope => envelope.Broker,
            EnsureBroker ensure => ensure.Broker,
            _ => null,
        };

        /// <summary>Entities are started by messages that name their broker; an entity id alone does not tell it.</summary>
        public string ShardId(string entityId, object? messageHint) => (messageHint is null ? null : ShardId(messageHint)) ?? string.Empty;

        public string? EntityId(object message) => message switch
        {
            BrokerEnvelope envelope => envelope.EntityId,
            EnsureBroker => BrokerEntity,
            _ => null,
        };

        public object EntityMessage(object message) => message is BrokerEnvelope envelope ? envelope.Message : message;
    }
}
