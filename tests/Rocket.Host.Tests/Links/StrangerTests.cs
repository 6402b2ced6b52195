using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Links;

/// <summary>Whoever comes to the replication port and does not belong: refused with a reason, and nobody else notices.</summary>
public sealed class StrangerTests : IAsyncLifetime
{
    private readonly SortedDictionary<string, string> _voters = LinkedNode.Addresses(3);
    private LinkedNode _first = null!;
    private LinkedNode _second = null!;
    private ILinkConnection _link = null!;

    public async Task InitializeAsync()
    {
        _first = await LinkedNode.StartAsync(LinkedNode.Identity("node1", _voters), LinkedNode.QuickSettings with { MaxStrangers = 8 });
        _second = await LinkedNode.StartAsync(LinkedNode.Identity("node2", _voters));
        await _first.WaitForLinkAsync("node2");
        _link = _first.Hub.Find("node2")!;
    }

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("\u0000\u0000\u0000\u0009\u0000\u0000\u0000\u0000\u0001RKTLINK\n")]
    public async Task A_foreign_protocol_is_closed_at_once_with_one_line(string bytes)
    {
        using var stranger = await RawPeer.ConnectAsync(_voters["node1"]);
        await stranger.SendAsync(Encoding.Latin1.GetBytes(bytes));
        await stranger.WaitForEndAsync();
        await Eventually.HoldsAsync(() => Refusals == 1);
        AssertUndisturbed();
    }

    [Fact]
    public async Task Random_bytes_never_pass_and_fill_no_log()
    {
        var random = new Random(20260729);
        for (var number = 0; number < 60; number++)
        {
            using var stranger = await RawPeer.ConnectAsync(_voters["node1"]);
            var bytes = new byte[random.Next(13, 400)];
            random.NextBytes(bytes);
            bytes[0] |= 0x40; // a length far out of range; other lengths end with the handshake's time
            await stranger.SendAsync(bytes);
            await stranger.WaitForEndAsync();
        }

        Assert.InRange(Refusals, 1, 10);
        AssertUndisturbed();
    }

    [Fact]
    public async Task Silence_and_slow_bytes_end_with_the_handshakes_time()
    {
        using var silent = await RawPeer.ConnectAsync(_voters["node1"]);
        using var slow = await RawPeer.ConnectAsync(_voters["node1"]);
        var hello = LinkFrame.Copy(LinkKind.Hello, new LinkHello(1, 1, new byte[16], false, LinkedNode.Identity("node3", _voters)).ToBytes()).Bytes.ToArray();
        var ended = slow.WaitForEndAsync();
        for (var index = 0; !ended.IsCompleted; index++)
        {
            try
            {
                await slow.SendAsync(hello.AsMemory(index % hello.Length, 1));
            }
            catch (System.Net.Sockets.SocketException)
            {
                break;
            }

            await Task.WhenAny(ended, Task.Delay(20));
        }

        await ended;
        await silent.WaitForEndAsync();
        Assert.True(_first.Log.Has("no handshake within 0.7 s"), string.Join('\n', _first.Log.All));
        AssertUndisturbed();
    }

    [Fact]
    public async Task Many_at_once_are_closed_beyond_a_number_and_a_node_gets_in_afterwards()
    {
        List<RawPeer> strangers = [];
        for (var number = 0; number < 40; number++)
        {
            try
            {
                strangers.Add(await RawPeer.ConnectAsync(_voters["node1"]));
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Closed already.
            }
        }

        foreach (var stranger in strangers)
        {
            await stranger.WaitForEndAsync();
            stranger.Dispose();
        }

        Assert.InRange(Refusals, 1, 10);
        AssertUndisturbed();
        await using var third = await LinkedNode.StartAsync(LinkedNode.Identity("node3", _voters));
        await _first.WaitForLinkAsync("node3");
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_refused_and_both_sides_say_why()
    {
        await using var stranger = await LinkedNode.StartAsync(LinkedNode.Identity("node3", _voters) with { ClusterName = "Cluster-B" });
        await AssertBothSay(stranger, "node1 belongs to cluster Cluster-A, node3 to Cluster-B (rocket.cluster-name)");
    }

    [Fact]
    public async Task A_node_with_the_other_failover_is_refused_and_both_sides_say_why()
    {
        await using var stranger = await LinkedNode.StartAsync(LinkedNode.Identity("node3", _voters) with { Failover = FailoverMode.Manual });
        await AssertBothSay(stranger, "rocket.failover is automatic on node1, manual on node3");
    }

    [Fact]
    public async Task A_node_with_other_voters_is_refused_and_both_sides_say_why()
    {
        var voters = new SortedDictionary<string, string>(_voters, StringComparer.Ordinal) { ["node4"] = "127.0.0.1:1" };
        await using var stranger = await LinkedNode.StartAsync(LinkedNode.Identity("node3", voters));
        await Eventually.HoldsAsync(() => stranger.Log.Has("rocket.voters differ: "));
        await Eventually.HoldsAsync(() => _first.Log.Has("rocket.voters differ: ") && _second.Log.Has("rocket.voters differ: "));
        Assert.Null(_first.Hub.Find("node3"));
        AssertUndisturbed();
    }

    [Fact]
    public async Task A_node_that_speaks_only_a_later_version_is_told_why()
    {
        var hello = new LinkHello(99, 99, new byte[LinkHello.NonceBytes], false, LinkedNode.Identity("node3", _voters));
        using var stranger = await RawPeer.ConnectAsync(_voters["node1"]);
        await stranger.SendAsync(LinkFrame.Copy(LinkKind.Hello, hello.ToBytes()).Bytes.ToArray());
        var (kind, payload) = await stranger.ReadFrameAsync();
        Assert.Equal(LinkKind.Refusal, kind);
        Assert.Contains("of the protocol between nodes, the other node 99 to 99: upgrade the older program", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => _first.Log.Has("the other node 99 to 99"));
        AssertUndisturbed();
    }

    [Fact]
    public async Task A_node_without_the_secret_is_refused_and_both_sides_say_why()
    {
        var voters = LinkedNode.Addresses(3);
        var settings = LinkedNode.QuickSettings with { Secret = new LinkSecret("what the cluster knows") };
        await using var first = await LinkedNode.StartAsync(LinkedNode.Identity("node1", voters), settings);
        await using var second = await LinkedNode.StartAsync(LinkedNode.Identity("node2", voters), settings);
        await first.WaitForLinkAsync("node2");
        await using (var none = await LinkedNode.StartAsync(LinkedNode.Identity("node3", voters)))
        {
            await Eventually.HoldsAsync(() => none.Log.Has("has a rocket.replication.secret, node3 has none"));
            await Eventually.HoldsAsync(() => first.Log.Has("has a rocket.replication.secret, node3 has none"));
        }

        await using var wrong = await LinkedNode.StartAsync(
            LinkedNode.Identity("node3", voters), LinkedNode.QuickSettings with { Secret = new LinkSecret("what somebody guesses") });
        await Eventually.HoldsAsync(() => wrong.Log.Has("rocket.replication.secret of"));
        await Eventually.HoldsAsync(() => first.Log.Has("rocket.replication.secret of"));
        Assert.Null(first.Hub.Find("node3"));
        Assert.DoesNotContain(first.Log.All.Concat(wrong.Log.All), line => line.Contains("what ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_node_with_a_name_that_is_taken_is_refused_and_both_sides_say_why()
    {
        await using var twin = await LinkedNode.StartAsync(LinkedNode.Identity("node2", _voters), at: $"127.0.0.1:{FreePorts.Take()}");
        await Eventually.HoldsAsync(() => twin.Log.Has("a node node2 is linked already"));
        Assert.True(_first.Log.Has("a node node2 is linked already"));
        AssertUndisturbed();
    }

    private int Refusals => _first.Log.Count("to the replication port refused");

    private async Task AssertBothSay(LinkedNode stranger, string reason)
    {
        await Eventually.HoldsAsync(() => stranger.Log.Has(reason) || stranger.Log.Has(Turned(reason)));
        await Eventually.HoldsAsync(() => _first.Log.Has(reason) || _first.Log.Has(Turned(reason)));
        Assert.Null(_first.Hub.Find("node3"));
        AssertUndisturbed();

        // Whoever refuses names itself first.
        static string Turned(string text) => text.Contains("cluster", StringComparison.Ordinal)
            ? "node3 belongs to cluster Cluster-B, node1 to Cluster-A"
            : "rocket.failover is manual on node3, automatic on node1";
    }

    private void AssertUndisturbed()
    {
        Assert.True(_link.IsOpen);
        Assert.Same(_link, _first.Hub.Find("node2"));
    }
}
