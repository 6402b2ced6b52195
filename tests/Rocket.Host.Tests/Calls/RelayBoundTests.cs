using Rocket.Host.Gateway.Calls;
using Rocket.Host.Tests.Forwarding;
using Rocket.Host.Tests.Fuzz;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>What a node has under way for tools that have clients asked (307, 309).</summary>
[Collection(FuzzCollection.Name)]
public sealed class RelayBoundTests
{
    [Fact]
    public async Task The_message_counts_as_what_the_tool_is_not_answered_until_it_is()
    {
        const int messageBytes = 1 << 20;
        await using var node = await InProcessNode.StartAsync([]);
        var (client, connection) = await JoinAsync(node);
        await using var tool = new InMemoryClient(node);
        var sent = new SendAnswer(await tool.InvokeAsync(SendRequest.For("T1", new byte[messageBytes]).ToCommand(SendForm.V2)));
        var asking = tool.InvokeAsync(RelayTests.WithFields(3, "g", "c1", sent.OffsetMessageIds[0].ToString(), broker: null));

        var asked = await ReceiveAsync(client, command => command.Code == RequestCode.ConsumeMessageDirectly);

        Assert.InRange(node.Environment.Memory.Outstanding.Bytes, messageBytes - 65_536, messageBytes + 131_072);
        await client.SendAsync(new RemotingCommand { Code = 0, Opaque = asked.Opaque, Flag = RemotingCommand.ResponseFlag });
        Assert.Equal(ResponseCode.Success, (await asking).Code);
        await Eventually.HoldsAsync(() => node.Environment.Memory.Outstanding.Bytes == 0);
        client.Leave();
        await connection;
    }

    [Fact]
    public async Task All_tools_of_a_node_together_have_so_many_clients_asked_at_once()
    {
        await using var node = await InProcessNode.StartAsync([]);
        var (client, connection) = await JoinAsync(node);
        await using var tool = new InMemoryClient(node);
        var relays = node.Environment.Calls.Relays;
        for (var i = 0; i < ClientCalls.MostRelays; i++)
        {
            Assert.True(relays.TryTake());
        }

        var refused = await tool.InvokeAsync(Question);

        Assert.Equal((ResponseCode.SystemBusy, "1024 requests of tools to clients are not answered yet, ask again later"), (refused.Code, refused.Remark));
        relays.Return();
        var asking = tool.InvokeAsync(Question);
        var asked = await ReceiveAsync(client, command => command.Code == RequestCode.GetConsumerRunningInfo);
        await client.SendAsync(new RemotingCommand { Code = 0, Opaque = asked.Opaque, Flag = RemotingCommand.ResponseFlag });
        Assert.Equal(ResponseCode.Success, (await asking).Code);
        client.Leave();
        await connection;
    }

    private static RemotingCommand Question => new()
    {
        Code = RequestCode.GetConsumerRunningInfo,
        Fields = new HeaderFields { { "consumerGroup", "g" }, { "clientId", "c1" }, { "jstackEnable", false } },
    };

    /// <summary>A consumer that answers nothing by itself.</summary>
    private static async Task<(GatewayClient Client, Task Connection)> JoinAsync(InProcessNode node)
    {
        var (transport, connection) = node.Connect(node.Broker);
        var client = new GatewayClient(transport);
        await client.SendAsync(new RemotingCommand
        {
            Code = RequestCode.HeartBeat,
            Opaque = 1,
            Body = new Heartbeat("c1") { Consumers = [new ConsumerData("g", [SubscriptionData.ForTags("T1")])] }.ToJson(),
        });
        await ReceiveAsync(client, command => command.IsResponse);
        return (client, connection);
    }

    /// <summary>The next that is meant; notices of changed groups come between.</summary>
    private static async Task<RemotingCommand> ReceiveAsync(GatewayClient client, Func<RemotingCommand, bool> isMeant)
    {
        while (true)
        {
            if (await client.ReceiveAsync() is var command && isMeant(command))
            {
                return command;
            }
        }
    }
}
