using Rocket.Actors.Clients;
using Rocket.Host.Tests.Forwarding;
using Rocket.Host.Tests.Fuzz;
using Rocket.Protocol.Requests;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>What the broker's own actors may ask clients: here of one node, whose clients are in memory.</summary>
[Collection(FuzzCollection.Name)]
public sealed class ProducerCallTests
{
    private static readonly ClientRequest Check = CheckOf(100_000);

    [Fact]
    public async Task One_producer_of_a_group_is_told_and_no_other()
    {
        await using var node = await InProcessNode.StartAsync([]);
        var calls = node.Environment.Node.Calls;
        Assert.False(await calls.TellProducerAsync("producers", "broker-a", Check));

        var (transport, served) = node.Connect(node.Broker);
        var producer = new GatewayClient(transport);
        await producer.SendAsync(Heartbeat("p1", "producers"));
        Assert.True((await producer.ReceiveAsync()).IsResponse);
        Assert.False(await calls.TellProducerAsync("others", "broker-a", Check));
        Assert.False(await calls.TellProducerAsync("producers", "broker-b", Check));

        Assert.True(await calls.TellProducerAsync("producers", "broker-a", Check));

        var told = await producer.ReceiveAsync();
        Assert.Equal((RequestCode.CheckTransactionState, true, 100_000), (told.Code, told.IsOneway, told.Body.Length));
        Assert.Equal(("1", "2", "m"), (told.Fields["tranStateTableOffset"], told.Fields["commitLogOffset"], told.Fields["msgId"]));
        producer.Leave();
        await served;
        Assert.False(await calls.TellProducerAsync("producers", "broker-a", Check));
    }

    [Fact]
    public async Task A_call_that_is_given_up_leaves_nothing_behind()
    {
        await using var node = await InProcessNode.StartAsync([]);
        var (transport, served) = node.Connect(node.Broker);
        var client = new GatewayClient(transport);
        await client.SendAsync(Heartbeat("c1", "producers"));
        await client.ReceiveAsync();
        var connection = Assert.Single(node.Environment.Connections.All);

        var calls = Enumerable.Range(0, 100).Select(_ => node.Environment.Node.Calls.CallAsync("c1", CheckOf(1000), TimeSpan.FromMilliseconds(100))).ToList();
        Assert.All(await Task.WhenAll(calls), answer => Assert.Same(ClientAnswer.TimedOut, answer));

        Assert.Equal(0, connection.AwaitedCalls);
        for (var i = 0; i < calls.Count; i++)
        {
            Assert.Equal(RequestCode.CheckTransactionState, (await client.ReceiveAsync()).Code);
        }

        await Eventually.HoldsAsync(() => connection.Outstanding.IsEmpty);
        var last = node.Environment.Node.Calls.CallAsync("c1", Check);
        await client.ReceiveAsync();
        client.Leave();
        Assert.Same(ClientAnswer.Lost, await last);
        await served;
    }

    private static ClientRequest CheckOf(int bytes) => ClientRequest.Of(
        RequestCode.CheckTransactionState, new CheckTransactionStateRequest(TranStateTableOffset: 1, CommitLogOffset: 2, MessageId: "m"), new byte[bytes]);

    private static RemotingCommand Heartbeat(string clientId, string group) =>
        new() { Code = RequestCode.HeartBeat, Opaque = 1, Body = new Heartbeat(clientId) { ProducerGroups = [group] }.ToJson() };
}
