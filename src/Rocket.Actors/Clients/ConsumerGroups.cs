using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>
/// Consumer groups as the sum of what all nodes say of them, this one included. The sum depends only on what was said, not on the order in
/// which it arrived, so nodes that have heard the same give the same answers.
/// </summary>
internal sealed class ConsumerGroups
{
    private readonly Dictionary<string, Dictionary<(string Node, string ClientId), ConsumerMembership>> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConsumerGroupView> _views = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    public void Set(string node, ConsumerMembership membership)
    {
        if (!_said.TryGetValue(membership.Group, out var memberships))
        {
            _said.Add(membership.Group, memberships = []);
        }

        memberships[(node, membership.ClientId)] = membership;
        _touched.Add(membership.Group);
    }

    public void Remove(string node, ConsumerMembership membership)
    {
        if (!_said.TryGetValue(membership.Group, out var memberships) || !memberships.Remove((node, membership.ClientId)))
        {
            return;
        }

        if (memberships.Count == 0)
        {
            _said.Remove(membership.Group);
        }

        _touched.Add(membership.Group);
    }

    /// <summary>A member's connection changed, nothing else: its view is made anew.</summary>
    public void Touch(string group) => _touched.Add(group);

    /// <summary>Makes the views of all groups that changed since the last call; <c>ShareAnew</c>: their clients have to know.</summary>
    /// <param name="channelOf">Connection to this node of a member (group, client id).</param>
    public IReadOnlyList<(ConsumerGroupView View, bool ShareAnew)> Rebuild(Func<string, string, IClientChannel?> channelOf)
    {
        if (_touched.Count == 0)
        {
            return [];
        }

        var rebuilt = new List<(ConsumerGroupView, bool)>(_touched.Count);
        foreach (string group in _touched)
        {
            ConsumerGroupView? before = _views.GetValueOrDefault(group);
            if (_said.TryGetValue(group, out var memberships))
            {
                ConsumerGroupView after = Build(group, memberships, channelOf);
                _views[group] = after;
                rebuilt.Add((after, after.SharesOtherwiseThan(before)));
            }
            else if (_views.Remove(group))
            {
                rebuilt.Add((new ConsumerGroupView(group, [], "", "", "", []), false));
            }
        }

        _touched.Clear();
        return rebuilt;
    }

    private static ConsumerGroupView Build(
        string group,
        Dictionary<(string Node, string ClientId), ConsumerMembership> memberships,
        Func<string, string, IClientChannel?> channelOf)
    {
        // The last writer comes last and so overwrites; the names decide between two nodes that wrote at the same count.
        var inOrder = memberships.OrderBy(entry => entry.Value.Stamp)
            .ThenBy(entry => entry.Key.Node, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.ClientId, StringComparer.Ordinal)
            .Select(entry => entry.Value);
        var members = new SortedDictionary<string, ConsumerMembership>(StringComparer.Ordinal);
        var subscriptions = new Dictionary<string, TopicSubscription>(StringComparer.Ordinal);
        ConsumerMembership last = null!;
        foreach (ConsumerMembership membership in inOrder)
        {
            last = membership;
            members[membership.ClientId] = membership;
            foreach (TopicSubscription subscription in membership.Subscriptions)
            {
                if (!subscriptions.TryGetValue(subscription.Topic, out TopicSubscription? known) || subscription.SubVersion >= known.SubVersion)
                {
                    subscriptions[subscription.Topic] = subscription;
                }
            }
        }

        return new ConsumerGroupView(
            group,
            [
                .. members.Values.Select(member => new ConsumerMember(
                    member.ClientId, member.RemoteAddress, member.Language, member.Version, channelOf(group, member.ClientId))),
            ],
            last.ConsumeType,
            last.MessageModel,
            last.ConsumeFromWhere,
            subscriptions);
    }
}
