using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>cmd without a command: lines of a script, or a prompt.</summary>
[Collection(CommandsCollection.Name)]
public sealed class SessionTests(CommandsRocket rocket)
{
    private string Node => $"--node 127.0.0.1:{rocket.Rocket.OperatorPort}";

    [Fact]
    public async Task A_script_runs_line_by_line()
    {
        var run = await CommandRun.OfAsync(Node, "# who is there\n\ncluster show\ncmd rocket topics --filter 'no such topic' --json\nhelp rocket topics\nexit\nrocket fly\n");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("this, leader, oldest", run.Output, StringComparison.Ordinal);
        Assert.Contains("{\"title\":\"Topics\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("cmd rocket topics [--filter TEXT]", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(">", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rocket queues nowhere", 1)]
    [InlineData("rocket fly", 2)]
    [InlineData("rocket topics \"", 2)]
    [InlineData("cluster leave", 2)]
    [InlineData("cluster show --node 127.0.0.1:1", 3)]
    public async Task A_script_stops_at_its_first_failure_with_that_exit_code(string line, int code)
    {
        var run = await CommandRun.OfAsync(Node, $"{line}\ncluster show\n");

        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Before_a_person_there_is_a_prompt_and_a_mistake_is_no_end()
    {
        var run = await CommandRun.OfAsync($"{Node} --json", "rocket fly\n\ncluster show\ncluster leave\nn\nquit\n", hasPerson: true);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"rocket 127.0.0.1:{rocket.Rocket.OperatorPort}> ", run.Output, StringComparison.Ordinal);
        Assert.Contains("{\"title\":\"Members of the cluster\"", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("unknown command rocket fly; there are: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("[y/N] not confirmed, nothing is done\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_input_is_the_end() =>
        Assert.Equal(0, (await CommandRun.OfAsync(Node, "cluster status", hasPerson: true)).ExitCode);

    [Fact]
    public async Task The_program_itself_takes_words_and_scripts_and_ends_with_their_exit_code()
    {
        var folder = Directory.CreateTempSubdirectory("rocket-cmd-");
        try
        {
            var table = await CommandProcess.RunAsync(folder.FullName, "", ["cmd", "rocket", "brokers", .. Node.Split(' ')]);
            Assert.Equal((0, ""), (table.ExitCode, table.Error));
            Assert.Contains("led here", table.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('│', table.Output);

            var script = await CommandProcess.RunAsync(folder.FullName, "cluster status\nrocket queues nowhere\ncluster show\n", ["cmd", .. Node.Split(' ')]);
            Assert.Equal((1, "no topic is called nowhere; rocket topics --all lists them\n"), (script.ExitCode, script.Error));
            Assert.Contains("sharding coordinator", script.Output, StringComparison.Ordinal);

            Assert.Equal(2, (await CommandProcess.RunAsync(folder.FullName, "", ["cmd", "rocket", "fly"])).ExitCode);
            Assert.Equal(3, (await CommandProcess.RunAsync(folder.FullName, "", ["cmd", "cluster", "show", "--node", $"127.0.0.1:{FreePorts.Take()}"])).ExitCode);
            Assert.Empty(folder.GetFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
