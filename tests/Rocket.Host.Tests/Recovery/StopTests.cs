using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Recovery;

/// <summary>SIGTERM.</summary>
public sealed class StopTests
{
    [Theory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task Stops_under_load_lose_nothing_and_end_with_exit_code_0(string flush)
    {
        await using var rocket = await RocketProcess.StartAsync($"rocket.broker-defaults.flush-disk-type={flush}");
        var topic = await rocket.CreateTopicAsync(queues: 4);
        var receipts = new SendReceipts();
        for (var round = 0; round < 2; round++)
        {
            var load = new Load(rocket, topic, queues: 4, receipts);
            var running = load.RunAsync();
            await load.WaitForReceiptsAsync(receipts.Count + 1000);

            Assert.Equal(0, await rocket.StopAsync());

            await running;
            Assert.Equal("", rocket.Run.Error);
            await rocket.StartAgainAsync();
            await receipts.AssertAllThereAsync(rocket);
        }
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Every_send_that_was_read_is_answered_before_the_connection_ends(string signal)
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var sends = Enumerable.Range(0, 500).Select(i => client.SendAsync(SendRequest.For(topic, $"{i}"))).ToArray();
        await sends[0].Succeeded();

        rocket.Run.Signal(signal);

        Assert.Equal(0, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        await client.WaitForCloseAsync(TimeSpan.FromSeconds(5));
        var confirmed = 0;
        foreach (var send in sends)
        {
            try
            {
                confirmed += (await send).IsSuccess ? 1 : 0;
            }
            catch (RemotingConnectionClosedException)
            {
                // Not read before the stop, so not stored either: the count below says so.
            }
        }

        await rocket.StartAgainAsync();
        await using var reader = await rocket.ConnectAsync();
        Assert.Equal(confirmed, (await reader.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task Waiting_pulls_do_not_hold_up_a_stop()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var waiting = Enumerable.Range(0, 50)
            .Select(_ => client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic }.Waiting(TimeSpan.FromMinutes(2)))).ToArray();
        await client.SendAsync(SendRequest.For(await rocket.CreateTopicAsync(), "they wait now")).Succeeded();

        rocket.Run.Terminate();

        Assert.Equal(0, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        foreach (var pull in waiting)
        {
            try
            {
                Assert.NotEqual(TestClient.Codes.ResponseCode.PullOffsetMoved, (await pull).Code);
            }
            catch (RemotingConnectionClosedException)
            {
                // As good: the client asks again after its reconnect.
            }
        }
    }
}
