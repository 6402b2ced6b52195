using System.Diagnostics;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Starting;

/// <summary>A start that goes well, and its end.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task A_node_says_once_that_it_is_ready_and_can_be_used_from_then_on()
    {
        await using var rocket = await RocketProcess.StartAsync();
        await using var client = await rocket.ConnectAsync();

        await client.RouteAsync("TBW102").Succeeded();
        await client.SendAsync(SendRequest.For("FirstTopic", "first")).Succeeded();

        Assert.Single(rocket.Output.Split('\n'), "Rocket node1 ready");
        Assert.Equal("", rocket.Run.Error);
        Assert.Empty(StackTraces.In(rocket.Output));

        // On a machine that is busy Akka.NET says that the broker's place is not known yet.
        Assert.All(
            rocket.Output.Split('\n').Where(line => line.Contains(" WRN ", StringComparison.Ordinal)),
            line => Assert.Contains("Requested shard homes [broker-a]", line, StringComparison.Ordinal));
        Assert.DoesNotContain(" ERR ", rocket.Output, StringComparison.Ordinal);

        // Nothing is written but what the configuration names.
        Assert.Equal([rocket.DataDir], Directory.GetFileSystemEntries(rocket.Folder.FullName));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_it_with_exit_code_0_and_closes_its_connections(string signal)
    {
        await using var rocket = await RocketProcess.StartAsync();
        await using var client = await rocket.ConnectAsync();
        await client.ClusterInfoAsync().Succeeded();

        rocket.Run.Signal(signal);

        Assert.Equal(0, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(ConnectionEndKind.ClosedByPeer, (await client.WaitForCloseAsync(TimeSpan.FromSeconds(5))).Kind);
        Assert.Equal("", rocket.Run.Error);
        Assert.Empty(StackTraces.In(rocket.Output));
    }

    [Fact]
    public async Task A_signal_while_it_starts_stops_it_too()
    {
        await using var rocket = await RocketProcess.StartAsync();
        Assert.Equal(0, await rocket.StopAsync());

        // At whatever point of its start each of them hits.
        foreach (var milliseconds in new[] { 100, 400, 700, 1000 })
        {
            rocket.StartAgain();
            await Task.Delay(milliseconds);
            rocket.Run.Terminate();

            // 143 is what the runtime answers before Main has begun.
            var code = await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(20));
            Assert.True(code == 0 || (code == 143 && rocket.Output.Length == 0), $"exit code {code} after {milliseconds} ms\n{rocket.Output}\n{rocket.Run.Error}");
            Assert.Empty(StackTraces.In(rocket.Output + rocket.Run.Error));
        }

        await rocket.StartAgainAsync();
    }

    [Fact]
    public async Task The_log_file_gets_what_the_console_gets()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.log.file=logs/rocket.log");
        Assert.Equal(0, await rocket.StopAsync());

        var log = await File.ReadAllTextAsync(Path.Combine(rocket.Folder.FullName, "logs", "rocket.log"));
        Assert.All(
            rocket.Output.Split('\n').Where(line => line.Contains(" INF ", StringComparison.Ordinal)),
            line => Assert.Contains(line, log, StringComparison.Ordinal));
        Assert.Contains("node1", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "--config")]
    [InlineData("--version", "Rocket ")]
    [InlineData("--check-config", "rocket.name-server.port")]
    public async Task A_question_is_answered_without_starting_anything(string argument, string answer)
    {
        var folder = Directory.CreateTempSubdirectory("rocket-start-");
        try
        {
            using var run = HostRun.Start([argument], folder.FullName);

            Assert.Equal(0, await run.WaitForExitAsync(TimeSpan.FromSeconds(20)));
            Assert.Contains(answer, run.Output, StringComparison.Ordinal);
            Assert.Equal("", run.Error);
            Assert.Empty(RefusedStart.Contents(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("cost", "30 s")]
    public async Task What_is_published_runs_with_the_files_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("rocket-publish-");
        try
        {
            var output = Path.Combine(folder.FullName, "out");
            await PublishAsync(output);
            Assert.True(File.Exists(Path.Combine(output, "hocon", "standalone.hocon")));
            Assert.True(File.Exists(Path.Combine(output, "hocon", "reference.hocon")));

            // The ports of the file are those of everybody's first try, so they may be taken here.
            var (nameServer, broker, remote) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
            using var run = HostRun.Start(
                [
                    "--config", "standalone.hocon", "--set", $"rocket.name-server.port={nameServer}",
                    "--set", $"rocket.brokers.broker-a.port={broker}", "--set", $"akka.remote.dot-netty.tcp.port={remote}",
                    "--set", "rocket.dashboard.port=off",
                ],
                output,
                assembly: "Rocket.Host.dll");
            await run.WaitForOutputAsync("Rocket node1 ready", TimeSpan.FromSeconds(30));

            await using (var client = await RemotingConnection.ConnectAsync("127.0.0.1", broker))
            {
                await client.SendAsync(SendRequest.For("PublishedTopic", "x")).Succeeded();
                Assert.Single(await client.ReadQueueAsync("PublishedTopic"));
            }

            run.Terminate();
            Assert.Equal(0, await run.WaitForExitAsync(TimeSpan.FromSeconds(20)));
            Assert.True(Directory.Exists(Path.Combine(output, "data")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PublishAsync(string output)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Rocket.Actors.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException($"no Rocket.Actors.sln above {AppContext.BaseDirectory}");
        }

        var start = new ProcessStartInfo(HostRun.DotNet(), ["publish", "src/Rocket.Host", "-c", "Release", "-o", output])
        {
            WorkingDirectory = root.FullName,
            RedirectStandardOutput = true,
        };

        // No build servers that outlive the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using var publish = Process.Start(start)!;
        var text = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, text);
    }
}
