using Rocket.Host.Commands;
using Rocket.Host.Commands.Terminal;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>The words behind cmd, without a node.</summary>
public sealed class WordTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("-h --node 127.0.0.1:1")]
    public async Task Help_names_every_command_and_asks_no_node(string line)
    {
        var run = await CommandRun.OfAsync(line);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(CommandRegistry.All, command => Assert.Contains($"  {command.Description.Name} ", run.Output, StringComparison.Ordinal));
        Assert.Contains("Exit codes: 0 done, 1 refused or failed, 2 wrong words, 3 the node cannot be reached.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rocket --help")]
    [InlineData("help rocket")]
    public async Task Help_of_a_palette_has_the_usage_of_each_command(string line)
    {
        var run = await CommandRun.OfAsync(line);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("  rocket topics [--filter TEXT] [--broker BROKER] [--all]\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  rocket force-master BROKER NODE [--yes]\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("cluster", run.Output.Replace("of the cluster", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_a_command_says_what_its_arguments_are()
    {
        foreach (var command in CommandRegistry.All.Select(command => command.Description))
        {
            var run = await CommandRun.OfAsync($"{command.FullName} --help");

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.StartsWith($"cmd {command.Usage}\n", run.Output, StringComparison.Ordinal);
            Assert.All(command.Arguments, argument => Assert.Contains(argument.Help, run.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Each_command_belongs_to_a_palette_and_has_a_name_of_its_own()
    {
        var names = CommandRegistry.All.Select(command => command.Description.FullName).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.All(CommandRegistry.All, command => Assert.Contains(CommandRegistry.Palettes, palette => palette.Name == command.Description.Palette));
        Assert.All(CommandRegistry.All, command => Assert.True(command.Description.Question is null || command.Description.Changes));
    }

    [Theory]
    [InlineData("rokket brokers", "unknown palette rokket; did you mean rocket?. Try cmd --help.")]
    [InlineData("moon", "unknown palette moon. Try cmd --help.")]
    [InlineData("rocket", "rocket wants a command behind it: brokers, topics, queues, groups, clients, hand-over, force-master. Try cmd --help.")]
    [InlineData("rocket topcs", "unknown command rocket topcs; did you mean rocket topics?. Try cmd --help.")]
    [InlineData("sharding fly", "unknown command sharding fly; there are: list-regions, list-shards, list-entities. Try cmd --help.")]
    [InlineData("rocket queues", "rocket queues wants TOPIC: the topic's name; usage: cmd rocket queues TOPIC [--broker BROKER]. Try cmd --help.")]
    [InlineData("rocket hand-over broker-a", "rocket hand-over wants NODE: the node that shall lead it; usage: cmd rocket hand-over BROKER NODE. Try cmd --help.")]
    [InlineData("rocket brokers now", "now is one word too many; usage: cmd rocket brokers. Try cmd --help.")]
    [InlineData("rocket topics --fliter x", "unknown flag --fliter; did you mean --filter?. Try cmd --help.")]
    [InlineData("rocket brokers --all", "unknown flag --all. Try cmd --help.")]
    [InlineData("rocket topics --filter", "--filter wants TEXT behind it. Try cmd --help.")]
    [InlineData("rocket topics --all=yes", "--all takes no value. Try cmd --help.")]
    [InlineData("rocket topics --node", "--node wants HOST:PORT behind it. Try cmd --help.")]
    [InlineData("rocket topics --node 127.0.0.1:x", "--node 127.0.0.1:x: wanted HOST:PORT, such as 127.0.0.1:8080. Try cmd --help.")]
    [InlineData("rocket topics --node 127.0.0.1:70000", "--node 127.0.0.1:70000: wanted HOST:PORT, such as 127.0.0.1:8080. Try cmd --help.")]
    [InlineData("rocket fly --help", "unknown command rocket fly; there are: brokers, topics, queues, groups, clients, hand-over, force-master. Try cmd --help.")]
    [InlineData("help moon", "unknown palette moon. Try cmd --help.")]
    public async Task Wrong_words_are_one_line_and_exit_code_2(string line, string mistake)
    {
        var run = await CommandRun.OfAsync(line);

        Assert.Equal((2, "", mistake + "\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("10.0.0.5:80", "10.0.0.5:80")]
    [InlineData("10.0.0.5", "10.0.0.5:8080")]
    [InlineData("node1:8081", "node1:8081")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("[::1]", "[::1]:8080")]
    [InlineData("::1", "[::1]:8080")]
    [InlineData(":80", null)]
    [InlineData("a b:80", null)]
    [InlineData("node1:", null)]
    [InlineData("node1:-1", null)]
    public void A_node_is_a_host_and_a_port(string text, string? address) => Assert.Equal(address, NodeAddress.TryParse(text)?.ToString());

    [Fact]
    public void Flags_may_stand_anywhere_and_options_behind_their_command()
    {
        var line = CommandInputReader.Read(["--json", "rocket", "--node", "h:1", "topics", "--filter=a=b", "--all", "--yes"], CommandFlags.None);

        var call = Assert.IsType<CommandInput.Call>(line);
        Assert.Equal("rocket topics", call.Command.Description.FullName);
        Assert.Equal(("a=b", (object)true), (call.Arguments["filter"], call.Arguments["all"]));
        Assert.Equal((new NodeAddress("h", 1), true, true), (call.Flags.Node, call.Flags.Json, call.Flags.Yes));
    }

    [Theory]
    [InlineData("--node h:1 --config f cluster show", "h:1")]
    [InlineData("--config f cluster show --node h:1", "h:1")]
    [InlineData("--config f cluster show", null)]
    [InlineData("cluster show", "session:2")]
    public void A_node_by_its_address_wins_over_a_configuration_and_that_over_the_sessions_node(string line, string? node)
    {
        var call = Assert.IsType<CommandInput.Call>(CommandInputReader.Read(line.Split(' '), CommandFlags.None with { Node = new NodeAddress("session", 2) }));
        Assert.Equal(node, call.Flags.Node?.ToString());
    }

    [Theory]
    [InlineData("rocket topics", "rocket|topics")]
    [InlineData("  a\t b  ", "a|b")]
    [InlineData("a \"b c\" d", "a|b c|d")]
    [InlineData("a 'b \" c'", "a|b \" c")]
    [InlineData("a \"b \\\" c\"", "a|b \" c")]
    [InlineData("a 'b \\'", "a|b \\")]
    [InlineData("a\\ b", "a b")]
    [InlineData("a\"b\"c", "abc")]
    [InlineData("a \"\"", "a|")]
    [InlineData("", "")]
    public void A_line_is_cut_as_a_shell_does(string line, string words)
    {
        Assert.True(WordSplitter.TrySplit(line, out var cut));
        Assert.Equal(words, string.Join('|', cut));
    }

    [Theory]
    [InlineData("a \"b")]
    [InlineData("a 'b\\'c'")]
    public void A_quote_that_is_not_closed_is_a_mistake(string line) => Assert.False(WordSplitter.TrySplit(line, out _));
}
