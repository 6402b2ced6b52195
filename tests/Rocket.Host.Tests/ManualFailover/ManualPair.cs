using System.Globalization;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>Two nodes, each master of one broker and slave of the other's, in processes of their own; a person decides who is dead.</summary>
internal sealed class ManualPair : IAsyncDisposable
{
    private readonly ProcessCluster _cluster = ProcessCluster.OfTwo();
    private readonly Dictionary<(string Node, string Broker), int> _ports;
    private string[] _more = [];

    private ManualPair()
    {
        _ports = new()
        {
            [("node1", "broker-a")] = _cluster["node1"].BrokerPort,
            [("node1", "broker-b")] = FreePorts.Take(),
            [("node2", "broker-a")] = FreePorts.Take(),
            [("node2", "broker-b")] = _cluster["node2"].BrokerPort,
        };
    }

    public ClusterNode this[string name] => _cluster[name];

    /// <summary>Both run, each leads its own broker, and all copies are in sync.</summary>
    /// <param name="dataOfNode1">The data folder of node1; null: one beside the other node's.</param>
    /// <param name="more">Settings of both that differ.</param>
    public static async Task<ManualPair> StartAsync(string? dataOfNode1 = null, params string[] more)
    {
        var pair = new ManualPair { _more = more };
        pair["node1"].DataDir = dataOfNode1 ?? pair["node1"].DataDir;
        pair.Start("node1");
        pair.Start("node2");
        await pair._cluster.WaitUntilReadyAsync("node1");
        await pair._cluster.WaitUntilReadyAsync("node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        return pair;
    }

    /// <summary>Starts a node with both brokers, or without its copy of broker-a.</summary>
    public void Start(string name, bool hasBrokerA = true) => _cluster.Start(
        name,
        $$"""
        rocket {
          brokers {
            {{(hasBrokerA ? $"broker-a {{\n port = {Port(name, "broker-a")}\n replicas = [node1, node2]\n }}" : "")}}
            broker-b {
              port = {{Port(name, "broker-b")}}
              replicas = [node2, node1]
            }
          }
          broker-defaults {
            broker-role = sync-master
          }
        }
        """,
        string.Join('\n', _more));

    public Task<RemotingConnection> ConnectAsync(string node, string broker) => RemotingConnection.ConnectAsync("127.0.0.1", _ports[(node, broker)]);

    /// <summary>A command to a node.</summary>
    public Task<CommandRun> DoAsync(string node, string line) => CommandRun.OfAsync($"{line} --node 127.0.0.1:{this[node].OperatorPort}");

    /// <summary>A command that has to be done.</summary>
    public async Task<CommandRun> MustDoAsync(string node, string line)
    {
        var run = await DoAsync(node, line);
        Assert.True(run.ExitCode == 0 && run.Error.Length == 0, $"{line}: {run.Error}\n{string.Join("\n\n", _cluster.Nodes.Select(each => each.Run.Output))}");
        return run;
    }

    /// <summary>A command that is refused as long as the dead node may still be heard.</summary>
    public Task VoteOutAsync(string from, string dead) => Eventually.HoldsAsync(
        async () => (await DoAsync(from, $"cluster down {dead} --yes")).ExitCode == 0, ProcessCluster.Patience);

    /// <summary>Waits until this node leads the broker, itself says so, and these nodes are in sync.</summary>
    public async Task WaitUntilLedAsync(string broker, string node, string inSync, string state = "led here")
    {
        var last = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var run = await CommandRun.OfAsync($"rocket brokers --json --node 127.0.0.1:{this[node].OperatorPort}");
                last = run.Output + run.Error;
                return run.ExitCode == 0 && run.Rows().Any(row =>
                    row["broker"].GetString() == broker && row["master"].GetString() == node && row["in-sync"].GetString() == inSync
                    && row["state"].GetString() == state);
            },
            ProcessCluster.Patience,
            () => $"{broker} on {node}, in sync {inSync}, {state}: {last}");
    }

    /// <summary>
    /// Hands a broker over to a node that is just back: it may still be refused because that one is not a member yet, or leaves the in-sync set once more when a removal comes true that was
    /// proposed while it was away.
    /// </summary>
    public Task HandOverOnceInSyncAsync(string broker, string from, string to) => Eventually.HoldsAsync(
        async () =>
        {
            var run = await DoAsync(from, $"rocket hand-over {broker} {to}");
            Assert.True(
                run.ExitCode == 0 || run.Error.Contains($"{to} is not in sync", StringComparison.Ordinal) || run.Error.Contains($"{to} is not there", StringComparison.Ordinal), run.Error);
            return run.ExitCode == 0;
        },
        ProcessCluster.Patience);

    /// <summary>Sends one message and answers its code, and its offset; −1: it was not stored.</summary>
    public async Task<(int Code, long Offset)> SendAsync(string node, string broker, string topic, string body = "body")
    {
        await using var client = await ConnectAsync(node, broker);
        var answer = await client.SendAsync(SendRequest.For(topic, System.Text.Encoding.UTF8.GetBytes(body)));
        var isStored = answer.Code is ResponseCode.Success or ResponseCode.FlushDiskTimeout or ResponseCode.FlushSlaveTimeout or ResponseCode.SlaveNotAvailable;
        return (answer.Code, isStored ? answer.QueueOffset : -1);
    }

    /// <summary>Sends until it is answered so, and answers the offset of that one.</summary>
    public async Task<long> SendUntilAsync(int code, string node, string broker, string topic)
    {
        var last = (Code: -1, Offset: -1L);
        await Eventually.HoldsAsync(
            async () => (last = await SendAsync(node, broker, topic)).Code == code, ProcessCluster.Patience, () => $"the last answer was {last.Code}");
        return last.Offset;
    }

    /// <summary>The bodies of a queue, in order.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string node, string broker, string topic)
    {
        await using var client = await ConnectAsync(node, broker);
        return [.. (await client.ReadQueueAsync(topic)).Select(message => System.Text.Encoding.UTF8.GetString(message.Body.Span))];
    }

    /// <summary>Makes a topic with one queue on both brokers.</summary>
    public async Task<string> CreateTopicAsync()
    {
        var topic = UniqueNames.Topic();
        foreach (var (node, broker) in new[] { ("node1", "broker-a"), ("node2", "broker-b") })
        {
            await using var client = await ConnectAsync(node, broker);
            await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();
        }

        return topic;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private string Port(string node, string broker) => _ports[(node, broker)].ToString(CultureInfo.InvariantCulture);
}
