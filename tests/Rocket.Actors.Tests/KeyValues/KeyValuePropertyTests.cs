using CsCheck;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Tests.Cluster;
using Xunit;

namespace Rocket.Actors.Tests.KeyValues;

/// <summary>
/// Three nodes that lead a broker each. They write, tell each other their shares late, twice or not at all, and are started anew with nothing but what their
/// broker has made durable.
/// </summary>
public sealed class KeyValuePropertyTests
{
    private const int Nodes = 3;

    private static readonly Gen<Step> Steps = Gen.OneOf(
        Gen.Select(Gen.Int[0, Nodes - 1], Gen.Int[0, 2], Gen.OneOf<string?>("a", "b", null), Gen.Int[-50, 50], (node, key, value, clock) =>
            (Step)new WriteStep(node, $"key-{key}", value, clock)),
        Gen.Select(Gen.Int[0, Nodes - 1], Gen.Int[0, Nodes - 1], (from, to) => (Step)new TellStep(from, to)),
        Gen.Int[0, Nodes - 1].Select(node => (Step)new RestartStep(node)));

    [Fact]
    public void However_it_came_all_nodes_end_with_the_same_and_each_broker_has_all_of_it() => Steps.Array[0, 60].Sample(steps =>
    {
        var cluster = new Cluster();
        foreach (var step in steps)
        {
            cluster.Do(step);
        }

        cluster.TellEverything();
        for (var node = 0; node < Nodes; node++)
        {
            Assert.Equal(cluster.Shown(0), cluster.Shown(node));
            Assert.Equal(cluster.Shown(0), cluster.Durable(node));
        }
    });

    [Fact]
    public void A_write_that_knew_of_another_one_counts_whatever_the_clocks_say() =>
        Gen.Select(Gen.Int[-1000, 1000], Gen.Int[-1000, 1000], Gen.OneOf<string?>("x", null)).Sample((first, second, value) =>
        {
            var cluster = new Cluster();
            cluster.Do(new WriteStep(0, "key", "first", first));
            cluster.Do(new TellStep(0, 1));
            cluster.Do(new RestartStep(1));
            cluster.Do(new WriteStep(1, "key", value, second));
            cluster.TellEverything();

            Assert.Equal(value, cluster.Shown(2).GetValueOrDefault("key"));
        });

    private abstract record Step;

    /// <param name="Node">Where.</param>
    /// <param name="Key">What.</param>
    /// <param name="Value">Null: deleted.</param>
    /// <param name="Clock">How far the node's clock is wrong.</param>
    private sealed record WriteStep(int Node, string Key, string? Value, int Clock) : Step;

    private sealed record TellStep(int From, int To) : Step;

    private sealed record RestartStep(int Node) : Step;

    private sealed class Cluster
    {
        private readonly KeyValueBook[] _books = [.. Enumerable.Range(0, Nodes).Select(_ => new KeyValueBook())];
        private readonly KeyValueState[] _states = [.. Enumerable.Repeat(KeyValueState.Empty, Nodes)];
        private readonly long[] _epochs = new long[Nodes];
        private long _now = 1000;

        public Cluster()
        {
            for (var node = 0; node < Nodes; node++)
            {
                Lead(node);
            }
        }

        public void Do(Step step)
        {
            _now++;
            switch (step)
            {
                case WriteStep write:
                    var decision = _books[write.Node].Write(
                        Broker(write.Node), new KeyValueName("n", write.Key), write.Value, 0, _states[write.Node], _now + write.Clock, TestSettings.Limits);
                    Assert.Null(decision.Refusal);
                    if (decision.Entry is { } entry)
                    {
                        Take(write.Node, _states[write.Node].PublishSome(Broker(write.Node), _epochs[write.Node], [entry], decision.Forgotten)!);
                    }

                    break;
                case TellStep tell:
                    foreach (var (broker, index) in _states[tell.From].OwnShares.ToList())
                    {
                        Take(tell.To, _states[tell.To].Apply(_states[tell.From].FindShare(broker, index)!));
                    }

                    break;
                case RestartStep restart:
                    var durable = _books[restart.Node].Entries.ToList();
                    _books[restart.Node] = new KeyValueBook();
                    _books[restart.Node].Restore(durable);
                    _states[restart.Node] = KeyValueState.Empty;
                    Lead(restart.Node);
                    break;
            }
        }

        /// <summary>Rounds enough for what one node learns to come to all others.</summary>
        public void TellEverything()
        {
            for (var round = 0; round < 3; round++)
            {
                for (var pair = 0; pair < Nodes * Nodes; pair++)
                {
                    Do(new TellStep(pair / Nodes, pair % Nodes));
                }
            }
        }

        public IReadOnlyDictionary<string, string> Shown(int node) => _states[node].View.List("n");

        public SortedDictionary<string, string> Durable(int node) => new(
            _books[node].Entries.Where(entry => !entry.IsDeleted).ToDictionary(entry => entry.Key, entry => entry.Value!), StringComparer.Ordinal);

        private void Lead(int node)
        {
            _epochs[node]++;
            Take(node, _states[node].PublishAll(Broker(node), _epochs[node], _books[node].Entries)!);
        }

        /// <summary>As the KeyValuesActor and the BrokerActor do it together.</summary>
        private void Take(int node, KeyValueChange change)
        {
            _states[node] = change.State;
            var (adopted, forgotten) = _books[node].Adopt(change.State.NewsFor(Broker(node), change.Shares), change.State);
            if (adopted.Count > 0)
            {
                Take(node, _states[node].PublishSome(Broker(node), _epochs[node], adopted, forgotten)!);
            }
        }

        private static string Broker(int node) => $"broker-{node}";
    }
}
