using System.Text;
using CsCheck;
using Rocket.Actors.Clients;
using Xunit;
using static Rocket.Actors.Tests.Clients.Heartbeats;

namespace Rocket.Actors.Tests.Clients;

public sealed class ClientsOfSeveralNodesTests
{
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(120);

    [Fact]
    public void A_member_on_another_node_counts_and_the_clients_here_are_notified()
    {
        Node one = new("node1"), two = new("node2");
        Meet(one, two);
        FakeChannel here = new(), there = new();
        one.Hear(here, "c1", "g");
        two.Hear(there, "c2", "g");
        here.TakeNotifications();

        one.Hear(two);
        Assert.Equal(["g"], here.TakeNotifications());
        Assert.Equal(["c1", "c2"], one.Ids("g"));
        Assert.Null(one.View("g").Members[1].Channel);

        two.Do(two.State.Close(there));
        one.Hear(two);
        Assert.Equal(["g"], here.TakeNotifications());
        Assert.Equal(["c1"], one.Ids("g"));
    }

    [Fact]
    public void A_client_that_is_connected_to_two_nodes_stays_until_it_has_left_both()
    {
        Node one = new("node1"), two = new("node2");
        Meet(one, two);
        FakeChannel toOne = new(), toTwo = new();
        one.Hear(toOne, "c1", "g");
        two.Hear(toTwo, "c1", "g");
        one.Hear(two);
        toOne.TakeNotifications();

        two.Do(two.State.Close(toTwo));
        one.Hear(two);
        Assert.Empty(toOne.TakeNotifications());
        Assert.Equal(["c1"], one.Ids("g"));
    }

    [Fact]
    public void The_clients_of_a_node_go_when_it_leaves_the_cluster_and_come_back_with_its_next_start()
    {
        Node one = new("node1"), two = new("node2");
        Meet(one, two);
        two.Hear(new FakeChannel(), "c2", "g");
        one.Hear(two);
        Assert.Equal(["c2"], one.Ids("g"));

        one.Do(one.State.MemberRemoved(two.Address));
        Assert.Empty(one.Ids("g"));
        one.Hear(two);
        Assert.Empty(one.Ids("g"));

        var again = new Node("node2", incarnation: 2);
        Meet(one, again);
        again.Hear(new FakeChannel(), "c3", "g");
        one.Hear(again);
        Assert.Equal(["c3"], one.Ids("g"));
        one.Hear(two);
        Assert.Equal(["c3"], one.Ids("g"));
    }

    [Fact]
    public void What_a_node_said_that_left_before_this_one_came_does_not_count()
    {
        Node late = new("node1"), gone = new("node2");
        gone.Hear(new FakeChannel(), "c2", "g");
        late.Hear(gone);
        Assert.Empty(late.Ids("g"));
        late.Do(late.State.MemberJoined(gone.Address));
        Assert.Equal(["c2"], late.Ids("g"));
    }

    [Fact]
    public void The_clients_of_an_unreachable_node_stay_for_the_expiry_and_return_with_it()
    {
        Node one = new("node1"), two = new("node2");
        Meet(one, two);
        var here = new FakeChannel();
        one.Hear(here, "c1", "g");
        two.Hear(new FakeChannel(), "c2", "g");
        one.Hear(two);
        here.TakeNotifications();

        one.State.MemberUnreachable(two.Address, one.Now);
        one.Now += Expiry - TimeSpan.FromSeconds(1);
        one.Hear(here, "c1", "g");
        one.Do(one.State.Expire(one.Now));
        Assert.Equal(["c1", "c2"], one.Ids("g"));

        one.Now += TimeSpan.FromSeconds(1);
        one.Do(one.State.Expire(one.Now));
        Assert.Equal(["c1"], one.Ids("g"));
        Assert.Equal(["g"], here.TakeNotifications());

        one.Do(one.State.MemberReachable(two.Address));
        Assert.Equal(["c1", "c2"], one.Ids("g"));
    }

    [Fact]
    public void A_node_that_starts_with_an_old_incarnation_overrules_its_former_self()
    {
        Node one = new("node1"), before = new("node2", incarnation: 7), after = new("node2", incarnation: 1, start: 2);
        Meet(one, before);
        before.Hear(new FakeChannel(), "old", "g");
        one.Hear(before);
        Meet(one, after);
        after.Hear(new FakeChannel(), "new", "g");
        one.Hear(after);
        Assert.Equal(["old"], one.Ids("g"));

        after.Hear(before);
        one.Hear(after);
        one.Do(one.State.MemberRemoved(before.Address));
        Assert.Equal(["new"], one.Ids("g"));
    }

    /// <summary>Whatever clients do on three nodes: once everyone has heard everything, all give the same answers.</summary>
    [Fact]
    public void All_nodes_give_the_same_answers()
    {
        Gen<(int Node, int Client, int Action, int Group, int Topic, int Version)> step =
            Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[0, 1], Gen.Int[0, 2], Gen.Int[0, 2]);
        Gen.Select(step.List[1, 60], Gen.Shuffle(new[] { 0, 1, 2 })).Sample(
            (steps, order) =>
            {
                Node[] nodes = [new("node1"), new("node2"), new("node3")];
                Meet(nodes);
                var channels = new Dictionary<(int, int), FakeChannel>();
                foreach ((int node, int client, int action, int group, int topic, int version) in steps)
                {
                    FakeChannel channel = channels.TryGetValue((node, client), out FakeChannel? known) ? known : channels[(node, client)] = new FakeChannel();
                    Node on = nodes[node];
                    switch (action)
                    {
                        case 0:
                            on.Do(on.State.Close(channel));
                            channels.Remove((node, client));
                            break;
                        case 1:
                            on.Do(on.State.Unregister(channel, $"c{client}", null, $"g{group}"));
                            break;
                        case 2:
                            nodes[(node + 1) % 3].Hear(on);
                            break;
                        default:
                            on.Do(on.State.Heartbeat(channel, Consumer($"c{client}", $"g{group}", ($"T{topic}", $"Tag{client}", version)), on.Now));
                            break;
                    }
                }

                foreach (int node in order)
                {
                    Array.ForEach(nodes, other => other.Hear(nodes[node]));
                }

                return nodes.Select(node => node.Describe()).Distinct().Count() == 1;
            },
            iter: 300);
    }

    private static void Meet(params Node[] nodes)
    {
        foreach (Node node in nodes)
        {
            foreach (Node other in nodes)
            {
                node.Do(node.State.MemberJoined(other.Address));
            }
        }
    }

    private sealed class Node
    {
        private readonly ClientDirectory _directory = new();

        public Node(string name, long incarnation = 1, int start = 1)
        {
            Address = $"{name}#{Math.Max(start, incarnation)}-{start}";
            State = new ClientsState(name, Address, incarnation, maxSubscriptions: 10, maxInAll: 1000, Expiry);
            Do(State.Begin());
        }

        public string Address { get; }

        public ClientsState State { get; }

        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public void Do(ClientsChange change)
        {
            Assert.Null(change.Refusal);
            _directory.Apply(change);
            foreach ((IClientChannel channel, ClientNotification notification) in change.Notices)
            {
                channel.Notify(notification);
            }
        }

        public void Hear(FakeChannel channel, string clientId, string group) =>
            Do(State.Heartbeat(channel, Consumer(clientId, group, ("T", "*", 1)), Now));

        /// <summary>Gets everything that the other node publishes, through the bytes that travel.</summary>
        public void Hear(Node other)
        {
            for (int index = 0; index < ClientPart.Count; index++)
            {
                ClientPart part = other.State.OwnPart(index);
                Do(State.Apply(ClientPartCodec.Decode(part.Node, index, ClientPartCodec.Encode(part))));
            }
        }

        public ConsumerGroupView View(string group)
        {
            Assert.True(_directory.TryGetGroup(group, out ConsumerGroupView? view));
            return view;
        }

        public string[] Ids(string group) =>
            _directory.TryGetGroup(group, out ConsumerGroupView? view) ? [.. view.Members.Select(member => member.ClientId)] : [];

        public string Describe() => string.Join('\n', _directory.ConsumerGroups.OrderBy(view => view.Group, StringComparer.Ordinal).Select(view =>
            view.Group + Encoding.UTF8.GetString(view.ConsumerIdListBody.Span)
            + string.Join(';', view.Subscriptions.Values.OrderBy(subscription => subscription.Topic, StringComparer.Ordinal))
            + view.ConsumeType + string.Join(';', view.Members.Select(member => member with { Channel = null }))));
    }
}
