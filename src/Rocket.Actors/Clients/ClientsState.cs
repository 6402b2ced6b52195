using System.Collections.Immutable;
using Rocket.Actors.Wire;
using Rocket.Protocol.Json;

namespace Rocket.Actors.Clients;

/// <summary>
/// Who is connected to this node, who the other nodes say is connected to them, and what groups follow from both. Knows no actors and no
/// clock: <c>now</c> is the time since any fixed point, which never goes back.
/// </summary>
/// <remarks>Each step checks first and changes afterwards, so a refused one leaves nothing behind.</remarks>
public sealed class ClientsState
{
    private readonly string _node;
    private readonly string _nodeAddress;
    private readonly int _maxSubscriptions;
    private readonly int _maxInAll;
    private readonly TimeSpan _expiry;
    private readonly Func<string, string, bool> _mayNotify;
    private readonly LocalClients _local = new();
    private readonly PartRoom _room;
    private readonly ProducerGroups _producers = new();
    private readonly ClientChannels _channels = new();
    private readonly ConsumerGroups _groups = new();
    private readonly Dictionary<string, RemoteNode> _remotes = new(StringComparer.Ordinal);
    private readonly ClusterMembers _members = new();
    private readonly long[] _partVersions = new long[ClientPart.Count];
    private readonly SortedSet<int> _partsToPublish = [.. Enumerable.Range(0, ClientPart.Count)];
    private long _incarnation;
    private long _count;

    /// <param name="node">Name of this node.</param>
    /// <param name="nodeAddress">Unique address of this node in the cluster, other at each start.</param>
    /// <param name="incarnation">
    /// Number of this start of the node. One that is not above an earlier start's is raised as soon as the other nodes report that one.
    /// </param>
    /// <param name="maxSubscriptions">Greatest number of subscriptions in a heartbeat, and of groups of either kind on a connection.</param>
    /// <param name="maxInAll">Greatest number of groups and subscriptions of all clients of this node together.</param>
    /// <param name="expiry">A client without heartbeat for so long is gone, and so are the clients of a node that is unreachable for so long.</param>
    /// <param name="mayNotify">Whether a broker (first) notifies the members of a group (second) when they change; null: it always does.</param>
    public ClientsState(
        string node, string nodeAddress, long incarnation, int maxSubscriptions, int maxInAll, TimeSpan expiry, Func<string, string, bool>? mayNotify = null)
    {
        _mayNotify = mayNotify ?? (static (_, _) => true);
        _node = node;
        _nodeAddress = nodeAddress;
        _incarnation = incarnation;
        _maxSubscriptions = maxSubscriptions;
        _maxInAll = maxInAll;
        _expiry = expiry;
        _room = new PartRoom((index, memberships) => ClientPartCodec.Encode(memberships is { } some ? PartOf(index, some) : OwnPart(index)).Payload.Length);
    }

    /// <summary>Code 34: registers the client in all groups that the heartbeat names.</summary>
    public ClientsChange Heartbeat(IClientChannel channel, HeartbeatData data, TimeSpan now)
    {
        if (HeartbeatCheck.Refuse(data, _maxSubscriptions) is { } refusal)
        {
            return ClientsChange.Refused(refusal);
        }

        List<RegistrationKey> keys =
        [
            .. data.ProducerDataSet.Select(producer => new RegistrationKey(IsConsumer: false, producer.GroupName, data.ClientId)),
            .. data.ConsumerDataSet.Select(consumer => new RegistrationKey(IsConsumer: true, consumer.GroupName, data.ClientId)),
        ];
        int groups = keys.Union(_local.Over(channel.Id).Select(registration => registration.Key)).Count();
        if (groups > 2 * _maxSubscriptions)
        {
            return ClientsChange.Refused($"The connection is in {groups} groups, {2 * _maxSubscriptions} are allowed.");
        }

        if (_local.Weight + AddedWeight(data) is var weight && weight > _maxInAll)
        {
            return ClientsChange.Refused($"The clients of this node have {_local.Weight} groups and subscriptions, {_maxInAll} are allowed (rocket.limits.max-subscriptions).");
        }

        List<ConsumerMembership> said = MembershipsOf(channel, data);
        if (RefuseOutgrown(data.ClientId, said) is { } outgrown)
        {
            return ClientsChange.Refused(outgrown);
        }

        foreach (ProducerData producer in data.ProducerDataSet)
        {
            Registration registration =
                _local.Hear(new RegistrationKey(IsConsumer: false, producer.GroupName, data.ClientId), channel, now, out bool changed);
            if (changed)
            {
                _producers.Set(registration);
                _channels.Set(registration);
            }
        }

        foreach (ConsumerMembership membership in said)
        {
            Registration registration =
                _local.Hear(new RegistrationKey(IsConsumer: true, membership.Group, data.ClientId), channel, now, out bool changed);
            Consume(registration, membership);
            if (changed)
            {
                _groups.Touch(membership.Group);
                _channels.Set(registration);
            }
        }

        return Conclude();
    }

    /// <summary>Code 35: takes the client out of a producer group, a consumer group or both.</summary>
    public ClientsChange Unregister(IClientChannel channel, string clientId, string? producerGroup, string? consumerGroup)
    {
        if (!string.IsNullOrEmpty(producerGroup))
        {
            Leave(new RegistrationKey(IsConsumer: false, producerGroup, clientId));
        }

        if (!string.IsNullOrEmpty(consumerGroup))
        {
            Leave(new RegistrationKey(IsConsumer: true, consumerGroup, clientId));
        }

        return Conclude();

        void Leave(RegistrationKey key)
        {
            if (_local.Find(key) is { } registration && registration.IsOver(channel.Id))
            {
                _local.DropAll(registration);
                Left(registration);
            }
        }
    }

    /// <summary>A connection is gone; a client goes with its last one.</summary>
    public ClientsChange Close(IClientChannel channel)
    {
        foreach (Registration registration in _local.Over(channel.Id).ToArray())
        {
            Drop(registration, channel);
        }

        return Conclude();
    }

    /// <summary>Forgets connections without heartbeat, and for the time being the clients of nodes that are unreachable for too long.</summary>
    public ClientsChange Expire(TimeSpan now)
    {
        foreach (Registration registration in _local.All.ToArray())
        {
            foreach (IClientChannel channel in registration.SilentSince(now - _expiry).ToArray())
            {
                Drop(registration, channel);
            }
        }

        _members.Expire(now - _expiry);
        return Recount();
    }

    /// <summary>What another node published of its clients; or an echo of this node's own, or what an earlier start of it left behind.</summary>
    public ClientsChange Apply(ClientPart part)
    {
        _count = part.Memberships.Aggregate(Math.Max(_count, part.Version), (count, membership) => Math.Max(count, membership.Stamp));
        if (part.Node != _node)
        {
            if (!_remotes.TryGetValue(part.Node, out RemoteNode? remote))
            {
                _remotes.Add(part.Node, remote = new RemoteNode(part.Node));
            }

            remote.Apply(part, _members.Counts(part.NodeAddress), _groups);
        }
        else if (part.NodeAddress != _nodeAddress && part.Incarnation >= _incarnation)
        {
            _incarnation = part.Incarnation + 1;
            _partsToPublish.UnionWith(Enumerable.Range(0, ClientPart.Count));
        }

        return Conclude();
    }

    /// <summary>A member has joined the cluster: what it says of its clients counts, also what it said before this was known.</summary>
    public ClientsChange MemberJoined(string nodeAddress)
    {
        _members.Join(nodeAddress);
        return Recount();
    }

    /// <summary>A member has left the cluster: its clients are gone until a later start of the node speaks.</summary>
    public ClientsChange MemberRemoved(string nodeAddress)
    {
        _members.Remove(nodeAddress);
        return Recount();
    }

    /// <summary>A member does not answer: its clients stay for the time that a silent client has.</summary>
    public void MemberUnreachable(string nodeAddress, TimeSpan now) => _members.Lose(nodeAddress, now);

    /// <summary>A member answers again.</summary>
    public ClientsChange MemberReachable(string nodeAddress)
    {
        _members.Find(nodeAddress);
        return Recount();
    }

    /// <summary>The first step: tells the other nodes that this start of the node replaces earlier ones.</summary>
    public ClientsChange Begin() => Conclude();

    /// <summary>What this node publishes, as it is now.</summary>
    public ClientPart OwnPart(int index) => PartOf(
        index,
        [
            .. _local.ConsumersIn(index).Select(registration => registration.Membership!)
                .OrderBy(membership => membership.ClientId, StringComparer.Ordinal)
                .ThenBy(membership => membership.Group, StringComparer.Ordinal),
        ]);

    /// <summary>The same as it travels.</summary>
    public PublishedPart Publish(int index)
    {
        PublishedPart part = ClientPartCodec.Encode(OwnPart(index));
        _room.Measured(index, part.Payload.Length);
        return part;
    }

    /// <summary>What a heartbeat would add, if it is the first of its kind; one that says the same again adds nothing.</summary>
    private int AddedWeight(HeartbeatData data)
    {
        int weight = data.ProducerDataSet.Count(producer => _local.Find(new RegistrationKey(IsConsumer: false, producer.GroupName, data.ClientId)) is null);
        foreach (ConsumerData consumer in data.ConsumerDataSet)
        {
            Registration? known = _local.Find(new RegistrationKey(IsConsumer: true, consumer.GroupName, data.ClientId));
            weight += 1 + consumer.SubscriptionDataSet.Count - (known?.Weight ?? 0);
        }

        return weight;
    }

    private ClientPart PartOf(int index, ImmutableArray<ConsumerMembership> memberships) =>
        new(_node, index, _incarnation, _partVersions[index], _nodeAddress, memberships);

    private static List<ConsumerMembership> MembershipsOf(IClientChannel channel, HeartbeatData data) =>
    [
        .. data.ConsumerDataSet.Select(consumer => new ConsumerMembership(
            consumer.GroupName, data.ClientId, channel.RemoteAddress, channel.Language, channel.Version, consumer.ConsumeType, consumer.MessageModel,
            consumer.ConsumeFromWhere, HeartbeatCheck.Subscriptions(consumer), Stamp: 0)),
    ];

    /// <summary>Takes room for what the client has not said before; what it says again has its room. Not null: there is none.</summary>
    private string? RefuseOutgrown(string clientId, List<ConsumerMembership> said)
    {
        (ImmutableArray<ConsumerMembership> anew, int content, int before) = ([], 0, 0);
        foreach (ConsumerMembership membership in said)
        {
            Registration? known = _local.Find(new RegistrationKey(IsConsumer: true, membership.Group, clientId));
            if (known?.Membership is not { } old || !(old with { RemoteAddress = membership.RemoteAddress }).SaysTheSameAs(membership))
            {
                anew = anew.Add(membership);
                content += ClientPartCodec.GreatestLengthOf(membership);
                before += known?.Content ?? 0;
            }
        }

        int part = ClientPart.IndexOf(clientId);
        if (_local.ContentOf(part) + content - before > ClientPart.GreatestContent)
        {
            return $"The groups and subscriptions of the client take {content} bytes, and of the {ClientPart.GreatestContent} bytes for it and the clients in the same part of"
                + $" this node's list {_local.ContentOf(part) - before} are taken: subscribe to less, or with shorter expressions.";
        }

        return anew.IsEmpty || _room.TryTake(part, anew, content)
            ? null
            : $"The groups and subscriptions of the client do not fit: of the {ClientPart.GreatestBytes} bytes in which the other nodes are told about it and the clients in the"
                + $" same part of this node's list {_room.Taken(part)} are taken. Subscribe to less, or with shorter expressions.";
    }

    private void Consume(Registration registration, ConsumerMembership said)
    {
        // What it says of itself is what its oldest connection says.
        IClientChannel channel = registration.Oldest;
        ConsumerMembership membership = said with
        {
            RemoteAddress = channel.RemoteAddress,
            Language = channel.Language,
            Version = channel.Version,
            Stamp = _count + 1,
        };
        if (registration.Membership?.SaysTheSameAs(membership) == true)
        {
            return;
        }

        _count++;
        _local.SetMembership(registration, membership);
        _groups.Set(_node, membership);
        PublishPartOf(registration);
    }

    private void Drop(Registration registration, IClientChannel channel)
    {
        if (!_local.Drop(registration, channel.Id))
        {
            return;
        }

        if (registration.IsEmpty)
        {
            Left(registration);
            return;
        }

        _channels.Set(registration);
        if (registration.Membership is { } membership)
        {
            Consume(registration, membership);
            _groups.Touch(registration.Key.Group);
        }
        else
        {
            _producers.Set(registration);
        }
    }

    private void Left(Registration registration)
    {
        _channels.Remove(registration);
        if (registration.Membership is { } membership)
        {
            _groups.Remove(_node, membership);
            PublishPartOf(registration);
        }
        else
        {
            _producers.Remove(registration);
        }
    }

    private void PublishPartOf(Registration registration)
    {
        int part = ClientPart.IndexOf(registration.Key.ClientId);
        _partsToPublish.Add(part);
        _room.Changed(part);
    }

    private ClientsChange Recount()
    {
        foreach (RemoteNode remote in _remotes.Values)
        {
            remote.Count(_members.Counts(remote.Address), _groups);
        }

        return Conclude();
    }

    private ClientsChange Conclude()
    {
        IReadOnlyList<(ConsumerGroupView View, bool ShareAnew)> rebuilt =
            _groups.Rebuild((group, clientId) => _local.ConsumersOf(group)?.GetValueOrDefault(clientId)?.Oldest);
        if (rebuilt.Count == 0 && _partsToPublish.Count == 0 && !_producers.HasChanges && !_channels.HasChanges)
        {
            return ClientsChange.None;
        }

        var notices = new List<ClientNotice>();
        foreach ((ConsumerGroupView view, bool shareAnew) in rebuilt)
        {
            if (!shareAnew || _local.ConsumersOf(view.Group) is not { } consumers)
            {
                continue;
            }

            var notification = new ClientNotification.ConsumerIdsChanged(view.Group);
            notices.AddRange(
                consumers.Values
                    .Select(registration => registration.LatestWhere(channel => _mayNotify(channel.BrokerName, view.Group)))
                    .OfType<IClientChannel>()
                    .Select(channel => new ClientNotice(channel, notification)));
        }

        int[] parts = [.. _partsToPublish];
        _partsToPublish.Clear();
        foreach (int part in parts)
        {
            _partVersions[part] = ++_count;
        }

        return new ClientsChange(null, [.. rebuilt.Select(group => group.View)], _producers.TakeChanges(), _channels.TakeChanges(), notices, parts);
    }
}
