using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>cluster leave.</summary>
public sealed class LeaveTests
{
    [Fact]
    public async Task Leave_answers_and_then_stops_the_node_as_SIGTERM_does()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using (var client = await rocket.ConnectAsync())
        {
            await client.SendAsync(SendRequest.For(topic, "kept")).Succeeded();

            var run = await CommandRun.OfAsync(rocket, "cluster leave node1 --yes");

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(["node1", "stops now; its process ends by itself"], run.Row("node1"));
            Assert.Equal(0, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.Contains("Operator command cluster leave from 127.0.0.1:", rocket.Output, StringComparison.Ordinal);
        Assert.Contains("node1 has stopped\n", rocket.Output, StringComparison.Ordinal);
        Assert.Equal("", rocket.Run.Error);
        await rocket.StartAgainAsync();
        await using var reader = await rocket.ConnectAsync();
        Assert.Single(await reader.ReadQueueAsync(topic));
    }

    [Fact]
    public async Task A_person_who_says_yes_is_enough()
    {
        await using var rocket = await RocketProcess.StartAsync();

        var run = await CommandRun.OfAsync($"cluster leave --node 127.0.0.1:{rocket.OperatorPort}", input: "y\n", hasPerson: true);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(0, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
    }
}
