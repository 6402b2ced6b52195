using Rocket.Actors.Inspection;
using Rocket.Host.CommandLine;
using Xunit;

namespace Rocket.Host.Tests.CommandLine;

public sealed class CommandLineParserTests
{
    [Fact]
    public void Without_arguments_a_node_runs_with_the_defaults()
    {
        var run = Assert.IsType<HostCommand.RunNode>(Parse(""));
        Assert.Null(run.Configuration.Path);
        Assert.Empty(run.Configuration.Sets);
    }

    [Theory]
    [InlineData("--config a.hocon --set x=1 --set y=[1,2]")]
    [InlineData("--set x=1 --config=a.hocon --set=y=[1,2]")]
    public void Flags_take_their_argument_behind_a_blank_or_an_equals_sign(string line)
    {
        var run = Assert.IsType<HostCommand.RunNode>(Parse(line));
        Assert.Equal("a.hocon", run.Configuration.Path);
        Assert.Equal(["x=1", "y=[1,2]"], run.Configuration.Sets);
    }

    [Fact]
    public void Check_config_takes_the_same_flags()
    {
        var check = Assert.IsType<HostCommand.CheckConfiguration>(Parse("--config a --check-config --set x=1"));
        Assert.Equal("a", check.Configuration.Path);
        Assert.Equal(["x=1"], check.Configuration.Sets);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--config a --help")]
    public void Help_is_help_wherever_it_stands(string line) => Assert.IsType<HostCommand.ShowHelp>(Parse(line));

    [Fact]
    public void Version_is_version() => Assert.IsType<HostCommand.ShowVersion>(Parse("--version"));

    [Fact]
    public void Verify_takes_a_folder_and_dump_a_file()
    {
        Assert.Equal(new HostCommand.VerifyFolder("data", Json: false), Parse("verify data"));
        Assert.Equal(new HostCommand.VerifyFolder("data", Json: true), Parse("verify --json data"));
        Assert.Equal(new HostCommand.DumpFile("a.log", new DumpOptions(), Json: false), Parse("dump a.log"));
        Assert.Equal(new HostCommand.DumpFile("a.log", new DumpOptions(5, 2, Bodies: true), Json: true), Parse("dump --from 5 a.log --count 2 --bodies --json"));
        Assert.IsType<HostCommand.ShowText>(Parse("dump --help"));
        Assert.IsType<HostCommand.ShowText>(Parse("verify data -h"));
    }

    [Fact]
    public void Behind_cmd_stand_an_operators_words()
    {
        Assert.Equal(["cluster", "show", "--json"], Assert.IsType<HostCommand.Operate>(Parse("cmd cluster show --json")).Words);
        Assert.Empty(Assert.IsType<HostCommand.Operate>(Parse("cmd")).Words);
    }

    [Theory]
    [InlineData("verify", "verify wants a data folder behind it")]
    [InlineData("verify a b", "verify takes one data folder, not a and b")]
    [InlineData("verify a --jsn", "unknown flag --jsn of verify; did you mean --json?")]
    [InlineData("verify a --bodies", "unknown flag --bodies of verify")]
    [InlineData("dump", "dump wants a file behind it")]
    [InlineData("dump a --from", "--from wants a whole number behind it, 0 or more")]
    [InlineData("dump a --from -1", "--from wants a whole number behind it, 0 or more")]
    [InlineData("dump a --count 0", "--count wants a whole number behind it, 1 or more")]
    [InlineData("--config x verify a", "unknown command verify")]
    [InlineData("--confg a", "unknown flag --confg; did you mean --config?")]
    [InlineData("--frobnicate", "unknown flag --frobnicate")]
    [InlineData("-c a", "unknown flag -c")]
    [InlineData("start", "unknown command start")]
    [InlineData("--set a=b cmd cluster show", "cmd stands first, its flags behind it")]
    [InlineData("--config", "--config wants a file behind it")]
    [InlineData("--set", "--set wants key=value behind it")]
    [InlineData("--set=", "--set wants key=value behind it")]
    [InlineData("--config a --config b", "--config may be given only once; use --set for what differs")]
    [InlineData("--help=yes", "--help takes no argument")]
    public void Nonsense_is_told_in_one_line(string line, string mistake) =>
        Assert.Equal(new HostCommand.Mistake(mistake), Parse(line));

    private static HostCommand Parse(string line) =>
        CommandLineParser.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
