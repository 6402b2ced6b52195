using CsCheck;
using Rocket.Actors.Clients;
using Xunit;
using static Rocket.Actors.Tests.Clients.Heartbeats;

namespace Rocket.Actors.Tests.Clients;

/// <summary>What clients say of themselves stays small enough to be told to the other nodes.</summary>
public sealed class ClientPartRoomTests
{
    private readonly ClientsState _state = NewState();

    [Fact]
    public void A_client_for_whom_its_part_has_no_room_is_refused_and_the_others_stay()
    {
        List<FakeChannel> channels = FillWithLong();

        ClientsChange change = Hear(new FakeChannel(), "late", Long(seed: -1));
        Assert.Matches(@"do not fit: of the 400000 bytes .* 2[0-9]{5} are taken\. Subscribe to less, or with shorter expressions\.$", change.Refusal);
        Assert.Equal(channels.Count, _state.OwnPart(0).Memberships.Length);
        Assert.InRange(Published(), 200_000, ClientPart.GreatestBytes);

        Assert.Null(Hear(channels[0], "0", Long(seed: 0)).Refusal);
        _state.Close(channels[0]);
        Assert.Null(Hear(new FakeChannel(), "late", Long(seed: -1)).Refusal);
    }

    [Fact]
    public void Clients_with_long_expressions_keep_no_others_out()
    {
        FillWithLong();

        for (int i = 0; i < 300; i++)
        {
            Assert.Null(Hear(new FakeChannel(), $"small {i}", "TagA || TagB").Refusal);
        }

        Assert.InRange(Published(), 200_000, ClientPart.GreatestBytes);
    }

    [Fact]
    public void Many_groups_with_the_same_long_expression_take_little_of_the_part_and_end_at_what_a_node_may_have_in_memory()
    {
        string text = $"a IN ('{new string('x', 8000)}')";
        int heard = 0;
        string? refusal = null;
        for (; refusal is null; heard++)
        {
            refusal = Hear(new FakeChannel(), $"{heard}", text).Refusal;
        }

        Assert.Contains("of the 4194304 bytes", refusal, StringComparison.Ordinal);
        Assert.InRange(heard, 400, 600);
        Assert.InRange(Published(), 1, 100_000);
    }

    [Fact]
    public void A_client_may_have_as_many_subscriptions_as_a_heartbeat_may_carry()
    {
        var subscriptions = Enumerable.Range(0, 10_000).Select(number => ($"orders-of-region-{number % 50}-{number:x6}", "*", 1_700_000_000_000 + (number % 97))).ToArray();

        Assert.Null(_state.Heartbeat(new FakeChannel(), Consumer(InPartZero("c"), "g", subscriptions), TimeSpan.Zero).Refusal);
    }

    [Fact]
    public void Whatever_clients_say_and_whenever_it_is_published_no_part_becomes_too_large() =>
        Gen.Select(Gen.Int[0, 30], Gen.OneOf(Gen.Int[0, 1300], Gen.Int[0, 10_900]), Gen.Int[0, 9]).Array[80, 200].Sample(
            steps =>
            {
                ClientsState state = NewState();
                Dictionary<int, FakeChannel> channels = [];
                foreach ((int client, int length, int kind) in steps)
                {
                    if (kind == 0 && channels.Remove(client, out FakeChannel? left))
                    {
                        state.Close(left);
                    }
                    else if (kind == 1)
                    {
                        Assert.InRange(state.Publish(0).Payload.Length, 1, ClientPart.GreatestBytes);
                    }
                    else if (state.Heartbeat(
                        channels.TryGetValue(client, out FakeChannel? known) ? known : channels[client] = new FakeChannel(),
                        Consumer(InPartZero($"{client}"), "g", ("T", Random(client + (kind * 100), length), kind)), TimeSpan.Zero).Refusal is null)
                    {
                        Assert.InRange(state.OwnPart(0).Memberships.Length, 1, 31);
                    }
                }

                Assert.InRange(state.Publish(0).Payload.Length, 1, ClientPart.GreatestBytes);
            },
            iter: 30);

    /// <summary>An id that begins with a name and belongs to the first part.</summary>
    public static string InPartZero(string name) =>
        Enumerable.Range(0, int.MaxValue).Select(number => $"{name}@{number}").First(id => ClientPart.IndexOf(id) == 0);

    /// <summary>As long as the expressions of a client may be, and not to be compressed much.</summary>
    public static string Long(int seed) => Random(seed, 10_900);

    private static string Random(int seed, int length)
    {
        var random = new Random(seed);
        return new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(0x4E00, 0x9FA0))]);
    }

    private static ClientsState NewState() => new(
        "node1", "akka.tcp://rocket@127.0.0.1:9876#1", incarnation: 1, maxSubscriptions: 10_000, maxInAll: 1_000_000, TimeSpan.FromSeconds(120));

    private List<FakeChannel> FillWithLong()
    {
        List<FakeChannel> channels = [];
        for (int i = 0; i < 100; i++)
        {
            var channel = new FakeChannel();
            if (Hear(channel, $"{i}", Long(i)).Refusal is not null)
            {
                return channels;
            }

            channels.Add(channel);
        }

        throw new InvalidOperationException("a hundred clients were not too much");
    }

    private ClientsChange Hear(FakeChannel channel, string name, string expression) =>
        _state.Heartbeat(channel, Consumer(InPartZero(name), "g", ("T", expression, 1)), TimeSpan.Zero);

    private int Published() => _state.Publish(0).Payload.Length;
}
