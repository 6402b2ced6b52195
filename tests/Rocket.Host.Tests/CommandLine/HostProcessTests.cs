using Rocket.Host.Configuration;
using Rocket.Host.Tests.Configuration;
using Xunit;

namespace Rocket.Host.Tests.CommandLine;

public sealed class HostProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Check_config_prints_the_effective_settings_with_their_origin()
    {
        _folder.Write("mine.hocon", "rocket.node-name = blue\n\nrocket.limits.max-topics = 77\n");
        var outcome = await HostProcess.RunAsync(
            _folder.Path, "--config", "mine.hocon", "--check-config", "--set", "rocket.brokers.broker-a.replicas=[blue]");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.StartsWith("# Rocket ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(": the configuration of blue is valid.\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^rocket\.limits\.max-topics = 77 +# mine\.hocon:3$", outcome.Output);
        Assert.Matches(@"(?m)^rocket\.brokers\.broker-a\.replicas = \[blue\] +# --set$", outcome.Output);
        Assert.Matches(@"(?m)^rocket\.name-server\.port = 9876 +# reference\.hocon:\d+$", outcome.Output);
        Assert.Matches(@"(?m)^# akka\.remote\.dot-netty\.tcp\.hostname = 127\.0\.0\.1 +# derived from rocket\.bind-host$", outcome.Output);
        Assert.Equal(["mine.hocon"], _folder.Entries());
    }

    [Fact]
    public async Task What_check_config_prints_is_a_configuration_of_the_same_meaning()
    {
        var outcome = await HostProcess.RunAsync(
            _folder.Path, "--check-config", "--set", "rocket.brokers.broker-b={ port = 11011 }", "--set", "rocket.log.file=a b#c.log");
        Assert.Equal(0, outcome.ExitCode);
        var again = Loading.FromText(outcome.Output);
        Assert.Empty(again.Errors);
        var first = NodeConfiguration.Load(
            null, ["rocket.brokers.broker-b={ port = 11011 }", "rocket.log.file=a b#c.log"], new ConfigurationFiles(_folder.Path, _folder.Path));
        Assert.Equivalent(first.Configuration!.Node, again.Configuration!.Node, strict: true);
        Assert.Equal(first.Configuration.Log, again.Configuration.Log);
    }

    [Theory]
    [InlineData("--check-config")]
    [InlineData("--set=rocket.log.level=info")]
    public async Task A_bad_configuration_is_one_line_a_mistake_on_stderr_with_exit_code_1_and_nothing_on_disk(string flag)
    {
        _folder.Write("bad.hocon", "rocket {\n  name-server.port = 0\n  colour = red\n}\n");
        var outcome = await HostProcess.RunAsync(_folder.Path, "--config", "bad.hocon", flag);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(
            ["bad.hocon:3: unknown key rocket.colour", "bad.hocon:2: rocket.name-server.port = 0: wants a whole number, 1 to 65535"],
            outcome.ErrorLines);
        Assert.Equal(["bad.hocon"], _folder.Entries());
    }

    [Fact]
    public async Task A_missing_file_is_one_line_and_exit_code_1()
    {
        var outcome = await HostProcess.RunAsync(_folder.Path, "--config", "none.hocon");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("--config none.hocon: no such file; looked for ", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_hocon_folder_beside_the_dll_is_found_from_anywhere()
    {
        var outcome = await HostProcess.RunAsync(_folder.Path, "--config", "standalone.hocon", "--check-config");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Matches(@"(?m)^rocket\.node-name = node1 +# .*hocon/standalone\.hocon:\d+$", outcome.Output);
    }

    [Fact]
    public async Task A_log_file_that_can_not_be_written_refuses_the_start_in_one_line()
    {
        _folder.Write("occupied", "");
        var outcome = await HostProcess.RunAsync(
            _folder.Path, "--set", "rocket.log.file=occupied/rocket.log", "--set", "akka.remote.dot-netty.tcp.port=0", "--set", "rocket.dashboard.port=off");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("rocket.log.file = ", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--chek-config", "unknown flag --chek-config; did you mean --check-config?. Try --help.")]
    [InlineData("start", "unknown command start. Try --help.")]
    public async Task A_wrong_command_line_is_one_line_with_a_hint_and_exit_code_2(string argument, string line)
    {
        var outcome = await HostProcess.RunAsync(_folder.Path, argument);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal([line], outcome.ErrorLines);
        Assert.Empty(_folder.Entries());
    }

    [Fact]
    public async Task Version_and_help_go_to_stdout()
    {
        var version = await HostProcess.RunAsync(_folder.Path, "--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^Rocket \d+\.\d+\.\d+\n$", version.Output);
        var help = await HostProcess.RunAsync(_folder.Path, "--help");
        Assert.Equal(0, help.ExitCode);
        foreach (var flag in new[] { "--config", "--set", "--check-config", "--version", "--help" })
        {
            Assert.Contains(flag, help.Output, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();
}
