using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Json;

namespace Rocket.Actors.Clients;

/// <summary>A consumer group with all its members, wherever they are connected. Immutable.</summary>
public sealed class ConsumerGroupView
{
    private readonly Dictionary<string, TopicSubscription> _subscriptions;
    private byte[]? _consumerIdListBody;

    internal ConsumerGroupView(
        string group,
        ImmutableArray<ConsumerMember> members,
        string consumeType,
        string messageModel,
        string consumeFromWhere,
        Dictionary<string, TopicSubscription> subscriptions)
    {
        Group = group;
        Members = members;
        ConsumeType = consumeType;
        MessageModel = messageModel;
        ConsumeFromWhere = consumeFromWhere;
        _subscriptions = subscriptions;
    }

    public string Group { get; }

    /// <summary>By client id, ordinal, each once: the same order on every node. Empty only in a view that says the group is gone.</summary>
    public ImmutableArray<ConsumerMember> Members { get; }

    /// <summary>One of <see cref="ConsumeTypes"/>, from the member that joined or changed last.</summary>
    public string ConsumeType { get; }

    /// <summary>One of <see cref="MessageModels"/>, from the member that joined or changed last.</summary>
    public string MessageModel { get; }

    /// <summary>One of <see cref="ConsumeFromWheres"/>, from the member that joined or changed last.</summary>
    public string ConsumeFromWhere { get; }

    /// <summary>By topic: all topics of all members; where members differ, the highest SubVersion, then the last writer.</summary>
    public IReadOnlyDictionary<string, TopicSubscription> Subscriptions => _subscriptions;

    /// <summary>Answer body of code 38. Made at the first call and kept.</summary>
    public ReadOnlyMemory<byte> ConsumerIdListBody
    {
        get
        {
            byte[]? body = Volatile.Read(ref _consumerIdListBody);
            if (body is null)
            {
                body = ProtocolJson.Serialize(new ConsumerIdList { ClientIds = [.. Members.Select(member => member.ClientId)] });
                Volatile.Write(ref _consumerIdListBody, body);
            }

            return body;
        }
    }

    /// <summary>What the group wants of a topic; false: nothing (answer 24).</summary>
    public bool TryGetSubscription(ReadOnlySpan<char> topic, [MaybeNullWhen(false)] out TopicSubscription subscription) =>
        _subscriptions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(topic, out subscription);

    /// <summary>Whether clients have to share the queues anew: other members, or other topics.</summary>
    internal bool SharesOtherwiseThan(ConsumerGroupView? other) =>
        other is null
        || !Members.Select(member => member.ClientId).SequenceEqual(other.Members.Select(member => member.ClientId))
        || _subscriptions.Count != other._subscriptions.Count
        || !_subscriptions.Keys.All(other._subscriptions.ContainsKey);
}
