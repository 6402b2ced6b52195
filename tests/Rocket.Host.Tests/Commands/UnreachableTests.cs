using System.Net;
using System.Net.Sockets;
using System.Text;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>Nobody, or somebody else, answers.</summary>
public sealed class UnreachableTests
{
    [Theory]
    [InlineData("rocket brokers")]
    [InlineData("cluster tail")]
    public async Task A_node_that_does_not_run_is_one_line_that_says_what_to_look_at(string line)
    {
        var port = FreePorts.Take();

        var run = await CommandRun.OfAsync($"{line} --node 127.0.0.1:{port}");

        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Equal(
            $"127.0.0.1:{port} cannot be reached: Connection refused; does the node run, and is this its dashboard port (rocket.dashboard.port, --node)?\n",
            run.Error);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_told()
    {
        var run = await CommandRun.OfAsync("rocket brokers --node no-such-node.invalid:8080");

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("no-such-node.invalid:8080 cannot be reached: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "what answers at ")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", "what answers at ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello", "127.0.0.1:")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "127.0.0.1:")]
    [InlineData("", "127.0.0.1:")]
    public async Task Somebody_else_is_not_taken_for_a_node(string answer, string beginning)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = AnswerAsync();

        var run = await CommandRun.OfAsync($"rocket brokers --node 127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");

        await answering;
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(beginning, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        async Task AnswerAsync()
        {
            using var socket = await other.AcceptTcpClientAsync();
            await using var stream = socket.GetStream();
            await stream.ReadAtLeastAsync(new byte[1], 1);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }
    }

    [Fact]
    public async Task A_configuration_says_where_the_node_is()
    {
        await using var rocket = await RocketProcess.StartAsync();

        Assert.Equal(0, (await CommandRun.OfAsync($"cluster show --set rocket.dashboard.port={rocket.OperatorPort}")).ExitCode);
        Assert.Equal(0, (await CommandRun.OfAsync($"cluster show --config standalone.hocon --set rocket.dashboard.port={rocket.OperatorPort}")).ExitCode);
        var off = await CommandRun.OfAsync("cluster show --set rocket.dashboard.port=off");
        Assert.Equal((2, "rocket.dashboard.port is off in this configuration; name a node with --node\n"), (off.ExitCode, off.Error));
        var wrong = await CommandRun.OfAsync("cluster show --config no-such.hocon");
        Assert.Equal(2, wrong.ExitCode);
        Assert.StartsWith("--config no-such.hocon: no such file", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_off_is_not_listened_on()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.dashboard.port=off");

        Assert.Equal(3, (await CommandRun.OfAsync(rocket, "cluster show")).ExitCode);
        Assert.DoesNotContain("operators", rocket.Output, StringComparison.Ordinal);
    }
}
