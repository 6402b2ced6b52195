using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>Codes that nobody serves, on both kinds of port, and requests that want no answer.</summary>
[Collection(NameServerCollection.Name)]
public sealed class UnknownCodeTests(NameServerRocket rocket)
{
    public static TheoryData<int> UnknownCodes =>
    [
        0, -1, int.MinValue, int.MaxValue, 1, 9, 999, 1023, 1024, 65_535, 65_536, 65_536 + RequestCode.SendMessage,
        65_536 + RequestCode.GetRouteInfoByTopic, 200_050, 200_151,
    ];

    [Theory]
    [MemberData(nameof(UnknownCodes))]
    public async Task An_unknown_code_is_answered_3_on_each_port(int code)
    {
        foreach (var port in new[] { rocket.Rocket.NameServerPort, rocket.Rocket.BrokerPort })
        {
            await using var client = await RemotingConnection.ConnectAsync("127.0.0.1", port);

            AssertNotSupported(code, await client.InvokeAsync(new RemotingCommand { Code = code, Body = "whatever"u8.ToArray() }));
            await client.ClusterInfoAsync().Succeeded();
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(short.MaxValue)]
    [InlineData(short.MinValue)]
    public async Task An_unknown_code_of_16_bits_is_answered_in_binary(int code)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync(SerializeType.RocketMq);

        var answer = await client.InvokeAsync(new RemotingCommand { Code = code });

        Assert.Equal(SerializeType.RocketMq, answer.SerializeType);
        AssertNotSupported(code, answer);
    }

    [Theory]
    [InlineData(RequestCode.SendMessage)]
    [InlineData(RequestCode.SendMessageV2)]
    [InlineData(RequestCode.SendBatchMessage)]
    [InlineData(RequestCode.PullMessage)]
    [InlineData(RequestCode.HeartBeat)]
    [InlineData(RequestCode.QueryConsumerOffset)]
    [InlineData(RequestCode.LockBatchMessageQueue)]
    [InlineData(RequestCode.UpdateAndCreateTopic)]
    [InlineData(RequestCode.UpdateAndCreateSubscriptionGroup)]
    [InlineData(RequestCode.GetAllTopicConfig)]
    public async Task The_name_server_port_does_not_answer_for_a_broker(int code)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        AssertNotSupported(code, await client.InvokeAsync(new RemotingCommand { Code = code }));
    }

    [Fact]
    public async Task A_oneway_request_is_never_answered_whatever_it_asks()
    {
        var topic = await rocket.CreateTopicAsync();
        foreach (var type in new[] { SerializeType.Json, SerializeType.RocketMq })
        {
            foreach (var port in new[] { rocket.Rocket.NameServerPort, rocket.Rocket.BrokerPort })
            {
                await using var client = await RemotingConnection.ConnectAsync(
                    "127.0.0.1", port, new RemotingConnectionOptions { SerializeType = type });
                for (var code = -5; code < 400; code++)
                {
                    await client.OnewayAsync(new RemotingCommand { Code = code });
                    await client.OnewayAsync(new RemotingCommand { Code = code, Fields = Fields(topic), Body = "{}"u8.ToArray() });
                }

                await client.ClusterInfoAsync().Succeeded();

                Assert.False(client.StrayAnswers.TryRead(out var stray), $"{stray}");
            }
        }
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_is_ignored()
    {
        await using var client = await rocket.ConnectAsync();
        for (var opaque = -3; opaque < 3; opaque++)
        {
            await client.SendAsync(new RemotingCommand { Code = RequestCode.SendMessageV2, Opaque = opaque, Flag = RemotingCommand.ResponseFlag });
        }

        await client.ClusterInfoAsync().Succeeded();

        Assert.False(client.StrayAnswers.TryRead(out var stray), $"{stray}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public async Task The_opaque_comes_back_whatever_it_is(int opaque)
    {
        foreach (var type in new[] { SerializeType.Json, SerializeType.RocketMq })
        {
            await using var client = await RemotingConnection.ConnectAsync(
                "127.0.0.1", rocket.Rocket.NameServerPort, new RemotingConnectionOptions { SerializeType = type, FirstOpaque = opaque });

            Assert.Equal(opaque, (await client.ClusterInfoAsync().Succeeded()).Command.Opaque);
        }
    }

    private static HeaderFields Fields(string topic) =>
        new()
        {
            { "topic", topic }, { "consumerGroup", "g" }, { "producerGroup", "p" }, { "queueId", 0 }, { "key", "k" }, { "offset", 0 },
            { "timestamp", 0 }, { "namespace", "n" }, { "clientID", "c" }, { "b", topic }, { "a", "p" },
        };

    private static void AssertNotSupported(int code, RemotingCommand answer) =>
        Assert.Equal(
            (ResponseCode.RequestCodeNotSupported, $" request type {code.ToString(CultureInfo.InvariantCulture)} not supported"),
            (answer.Code, answer.Remark));
}
