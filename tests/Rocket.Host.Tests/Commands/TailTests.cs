using System.Net;
using System.Text.Json;
using Rocket.Host.Commands.Terminal;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>cluster tail.</summary>
public sealed class TailTests
{
    [Fact]
    public async Task A_tail_tells_how_things_stand_and_ends_with_the_node()
    {
        await using var rocket = await RocketProcess.StartAsync();
        using var lines = new LineWriter();
        using var json = new LineWriter();
        var reading = TailAsync(rocket, lines, "");
        var readingJson = TailAsync(rocket, json, "--json");
        await lines.WaitForAsync("leader");
        await json.WaitForAsync("leader");

        Assert.Equal(0, await rocket.StopAsync());

        Assert.Equal((0, 0), (await reading, await readingJson));
        Assert.Matches($@"^\d\d:\d\d:\d\d\.\d\d\d  up          node1  akka\.tcp://rocket@127\.0\.0\.1:{rocket.RemotePort}$", lines.Lines[0]);
        var first = JsonDocument.Parse(json.Lines[0]).RootElement;
        Assert.Equal(("up", "node1"), (first.GetProperty("event").GetString(), first.GetProperty("node").GetString()));
        Assert.True(first.GetProperty("time").TryGetDateTimeOffset(out _));
    }

    [Fact]
    public async Task At_most_8_tails_are_served_and_one_that_leaves_makes_room()
    {
        await using var rocket = await RocketProcess.StartAsync();
        using var http = new OperatorHttp(rocket);
        List<HttpResponseMessage> tails = [];
        for (var i = 0; i < 8; i++)
        {
            tails.Add(await http.TailAsync());
        }

        using (var ninth = await http.TailAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ninth.StatusCode);
        }

        var run = await CommandRun.OfAsync(rocket, "cluster tail");
        Assert.Equal((1, "8 askers tail already\n"), (run.ExitCode, run.Error));
        Assert.Equal(0, (await CommandRun.OfAsync(rocket, "cluster show")).ExitCode);

        tails[0].Dispose();
        await Eventually.HoldsAsync(async () =>
        {
            using var again = await http.TailAsync();
            return again.IsSuccessStatusCode;
        });
        tails.ForEach(tail => tail.Dispose());
    }

    private static Task<int> TailAsync(RocketProcess rocket, TextWriter output, string flags)
    {
        var terminal = new CommandTerminal(TextReader.Null, output, output, HasPerson: false, IsDrawn: false);
        return new CommandProgram(terminal).RunAsync(
            $"cluster tail --node 127.0.0.1:{rocket.OperatorPort} {flags}".Split(' ', StringSplitOptions.RemoveEmptyEntries), CancellationToken.None);
    }

    /// <summary>Takes lines and tells of them.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly System.Threading.Channels.Channel<string> _written = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public List<string> Lines { get; } = [];

        public override Task WriteLineAsync(string? value)
        {
            _written.Writer.TryWrite(value!);
            return Task.CompletedTask;
        }

        public async Task WaitForAsync(string text)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            do
            {
                Lines.Add(await _written.Reader.ReadAsync(limit.Token));
            }
            while (!Lines[^1].Contains(text, StringComparison.Ordinal));
        }
    }
}
