using Akka.Actor;
using Rocket.Actors.Groups;
using Rocket.Actors.Placement;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>What a <see cref="BrokerActor"/> is asked by the gateway and what it answers. All of it stays within one process.</summary>
public static class BrokerProtocol
{
    /// <summary>A send to an unknown topic: create it after <paramref name="DefaultTopic"/> if that may be inherited.</summary>
    /// <param name="Topic">A checked topic name.</param>
    /// <param name="DefaultTopic">The template that the producer names, usually TBW102.</param>
    /// <param name="QueueNums">Queues that the producer wishes; the template's number is the upper bound.</param>
    public sealed record EnsureTopic(string Topic, string DefaultTopic, int QueueNums) : INoSerializationVerificationNeeded;

    /// <summary>Code 17, and topics that belong to a group: create it or replace its configuration.</summary>
    public sealed record ChangeTopic(TopicConfig Config) : INoSerializationVerificationNeeded;

    /// <summary>A consumer shows up: its group, and the group's retry topic, have to exist.</summary>
    public sealed record EnsureGroup(string Group) : INoSerializationVerificationNeeded;

    /// <summary>Code 200: create the group or replace its configuration. Answered with <see cref="GroupAvailable"/> once that is durable and in use.</summary>
    public sealed record ChangeGroup(SubscriptionGroupConfig Config) : INoSerializationVerificationNeeded;

    /// <summary>Code 207: the group goes, its topics stay. Answered with <see cref="GroupGone"/> once that is durable, also when there was none.</summary>
    /// <param name="Group">Consumer group.</param>
    /// <param name="RemoveOffsets">Whether its offsets go too; otherwise a group of that name goes on from them.</param>
    public sealed record DeleteGroup(string Group, bool RemoveOffsets) : INoSerializationVerificationNeeded;

    public sealed class GroupGone : INoSerializationVerificationNeeded
    {
        public static readonly GroupGone Instance = new();
    }

    /// <summary>The topic takes messages and its route is known on this node.</summary>
    public sealed record TopicAvailable(TopicHandle Handle) : INoSerializationVerificationNeeded;

    public sealed record GroupAvailable(GroupHandle Handle) : INoSerializationVerificationNeeded;

    /// <summary>It cannot be: the response code and the remark that the client gets.</summary>
    public sealed record Refused(int Code, string Remark) : INoSerializationVerificationNeeded;

    /// <summary>Stops everything that belongs to the broker, in order, and answers <see cref="BrokerStopped"/>.</summary>
    public sealed class StopBroker : INoSerializationVerificationNeeded
    {
        public static readonly StopBroker Instance = new();
    }

    /// <summary>It writes nothing any more, and its logs are closed.</summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="IsHandedOver">Another node in sync has been given the lead, and takes it soon.</param>
    public sealed record BrokerStopped(string Broker, bool IsHandedOver = false) : INoSerializationVerificationNeeded;

    /// <summary>Another node shall lead: the one that is wanted, if it is in sync. Everything that was taken is confirmed and answered first. No answer.</summary>
    public sealed class HandOver : INoSerializationVerificationNeeded
    {
        public static readonly HandOver Instance = new();
    }

    /// <summary>
    /// A person wants another node to lead, now and from now on. Answer: <see cref="HandingOver"/>, or <see cref="HandOverRefused"/>. It is led there some moments later.
    /// </summary>
    public sealed record HandOverTo(string Node) : INoSerializationVerificationNeeded;

    /// <summary>It is agreed that this node is wanted.</summary>
    public sealed record HandingOver(BrokerPlacement Placement) : INoSerializationVerificationNeeded;

    /// <summary>Nothing is changed.</summary>
    /// <param name="Reason">For people.</param>
    public sealed record HandOverRefused(string Reason) : INoSerializationVerificationNeeded;

    /// <summary>Told to the BrokerActor by a queue: its log cannot be used on this node. Another node whose copy is whole is to lead, if there is one.</summary>
    /// <param name="Log">The log's name, as copies know it.</param>
    /// <param name="Epoch">The reign that the queue belongs to.</param>
    /// <param name="Reason">For people.</param>
    public sealed record LogUnusable(string Log, long Epoch, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>Told to the BrokerActor by a queue: its log was opened anew and is written again.</summary>
    public sealed record LogUsable(string Log, long Epoch) : INoSerializationVerificationNeeded;

    /// <summary>Told to the NodeGuardian: this node leads the broker, clients can use it.</summary>
    public sealed record BrokerLeads(string Broker, int Topics, int Groups) : INoSerializationVerificationNeeded;

    /// <summary>Told to the NodeGuardian: the broker's metadata log cannot be used; the others run.</summary>
    public sealed record BrokerDamaged(string Broker, string Reason) : INoSerializationVerificationNeeded;
}
