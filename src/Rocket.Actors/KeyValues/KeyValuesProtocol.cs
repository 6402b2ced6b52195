using Akka.Actor;
using Rocket.Actors.Wire;

namespace Rocket.Actors.KeyValues;

/// <summary>What a <see cref="KeyValuesActor"/> understands and answers, and what it tells the brokers of its node.</summary>
public static class KeyValuesProtocol
{
    /// <summary>Codes 100 and 102, from the gateway. Answered with <see cref="Written"/> or <see cref="Cluster.BrokerProtocol.Refused"/> within <see cref="WritePatience"/>.</summary>
    /// <param name="Name">The setting.</param>
    /// <param name="Value">Null: it is deleted.</param>
    public sealed record Write(KeyValueName Name, string? Value) : INoSerializationVerificationNeeded;

    /// <summary>The write is durable, and this node shows it; the others do within about a second.</summary>
    public sealed class Written : INoSerializationVerificationNeeded
    {
        public static readonly Written Instance = new();
    }

    /// <summary>A write that no broker took by then is given up. Shorter than clients wait, which is 3 s.</summary>
    public static readonly TimeSpan WritePatience = TimeSpan.FromMilliseconds(2500);

    /// <summary>A write on its way to the broker that is to make it durable, from node to node and then to the BrokerActor. Answered with <see cref="WriteSettled"/>.</summary>
    /// <param name="Number">The asker's own.</param>
    /// <param name="Broker">The broker.</param>
    /// <param name="Name">The setting.</param>
    /// <param name="Value">Null: it is deleted.</param>
    /// <param name="KnownVersion">The version of the setting that the asker has seen; 0: none.</param>
    public sealed record WriteOrdered(long Number, string Broker, KeyValueName Name, string? Value, long KnownVersion) : IControlMessage;

    /// <param name="Number">The asker's own.</param>
    /// <param name="Code">0: it is durable; otherwise the response code that the client gets.</param>
    /// <param name="Remark">Why, if it is not.</param>
    /// <param name="Entry">How the setting is known now; null: not at all.</param>
    public sealed record WriteSettled(long Number, int Code, string Remark, KeyValueEntry? Entry) : IControlMessage;

    /// <summary>From a BrokerActor that has come to lead: everything that its metadata hold. Answered with <see cref="Published"/>.</summary>
    public sealed record PublishAll(string Broker, long Epoch, IReadOnlyCollection<KeyValueEntry> Entries) : INoSerializationVerificationNeeded;

    /// <summary>From a BrokerActor that leads: what has become durable. Not answered.</summary>
    public sealed record PublishSome(string Broker, long Epoch, IReadOnlyList<KeyValueEntry> Entries, IReadOnlyList<KeyValueName> Forgotten)
        : INoSerializationVerificationNeeded;

    /// <summary>This node shows it.</summary>
    public sealed class Published : INoSerializationVerificationNeeded
    {
        public static readonly Published Instance = new();
    }

    /// <summary>To a BrokerActor: what other brokers have and this one lacks. Not answered; told again as long as it lacks it.</summary>
    public sealed record Adopt(IReadOnlyList<KeyValueEntry> Entries) : INoSerializationVerificationNeeded;
}
