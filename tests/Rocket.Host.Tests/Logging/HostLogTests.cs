using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using Rocket.Host.Configuration;
using Rocket.Host.Logging;
using Rocket.Host.Tests.Configuration;
using Serilog.Events;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Rocket.Host.Tests.Logging;

/// <summary>The log is the process's, so these run one by one.</summary>
[Collection(nameof(HostLogTests))]
[CollectionDefinition(nameof(HostLogTests), DisableParallelization = true)]
public sealed class HostLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string LogFile => Path.Combine(_folder.Path, "logs", "rocket.log");

    [Fact]
    public async Task Kestrels_events_come_from_warning_upwards()
    {
        await using (var log = HostLog.Start(Settings(LogEventLevel.Debug, LogEventLevel.Warning)))
        {
            var kestrel = log.Factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel");
            kestrel.Log(LogLevel.Information, default, "chatter", null, (text, _) => text);
            kestrel.Log(LogLevel.Warning, default, "something odd", null, (text, _) => text);
        }

        Assert.EndsWith(" WRN Kestrel  something odd\n", Assert.Single(Lines()) + "\n", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Akkas_own_events_have_a_level_of_their_own_and_Rockets_actors_have_Rockets()
    {
        await using (HostLog.Start(Settings(LogEventLevel.Information, LogEventLevel.Warning)))
        {
            await SpeakAsync("akka.loglevel = INFO");
        }

        Assert.Equal(["INF speaker info", "WRN speaker warning", "WRN akka warning"], Said());
    }

    [Fact]
    public async Task Akka_may_be_finer_than_Rocket()
    {
        await using (HostLog.Start(Settings(LogEventLevel.Warning, LogEventLevel.Debug)))
        {
            await SpeakAsync("akka.loglevel = DEBUG");
        }

        Assert.Equal(["WRN speaker warning", "DBG akka debug", "INF akka info", "WRN akka warning"], Said());
    }

    [Fact]
    public async Task Akka_may_be_silent()
    {
        await using (HostLog.Start(Settings(LogEventLevel.Information, null)))
        {
            await SpeakAsync("akka.loglevel = INFO");
        }

        Assert.Equal(["INF speaker info", "WRN speaker warning"], Said());
    }

    [Theory]
    [InlineData("AssociationError [akka.tcp://rocket@a:1] -> akka.tcp://rocket@b:2: Error [The remote system has quarantined this system.]", null)]
    [InlineData("No response from remote for outbound association. Handshake timed out after [15000] ms", "WRN")]
    [InlineData("broker: The ShardCoordinator was unable to update a distributed state within 'updating-state-timeout': 2000 millis (retrying).", "WRN")]
    [InlineData("broker: The ShardCoordinator was unable to update a distributed state within 'updating-state-timeout': 2000 millis (terminating).", "WRN")]
    [InlineData("Payload too large", "ERR")]
    public async Task That_another_node_does_not_answer_is_no_error_of_this_one(string text, string? level)
    {
        await using (HostLog.Start(Settings(LogEventLevel.Information, LogEventLevel.Warning)))
        {
            await SpeakAsync("akka.loglevel = INFO", new Error(null, "akka", typeof(ActorSystem), text));
        }

        Assert.Equal(level, Lines().SingleOrDefault(line => line.Contains(text, StringComparison.Ordinal))?[24..27]);
    }

    [Fact]
    public async Task A_full_file_is_kept_beside_the_next_and_the_oldest_goes()
    {
        await using (var log = HostLog.Start(Settings(LogEventLevel.Information, null) with { MaxSize = 2000, RetainedFiles = 3 }))
        {
            for (var line = 0; line < 100; line++)
            {
                log.Logger.Information("line {Line} {Padding}", line, new string('x', 100));
            }
        }

        var files = Directory.GetFiles(Path.GetDirectoryName(LogFile)!);
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 2300));
        Assert.Contains("line 99 ", File.ReadAllText(files.Order().Last()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unwritable_file_refuses_the_start()
    {
        _folder.Write("logs", "");
        var refusal = Assert.Throws<StartRefusedException>(() => HostLog.Start(Settings(LogEventLevel.Information, null)));
        Assert.StartsWith($"rocket.log.file = {LogFile}: ", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task SpeakAsync(string level, params Akka.Event.LogEvent[] more)
    {
        var system = ActorSystem.Create("speaking", $"""
            {level}
            akka.stdout-{level.Split('.')[1]}
            akka.loggers = ["Rocket.Host.Logging.AkkaLogForwarder, Rocket.Host"]
            akka.stdout-logger-class = "Rocket.Host.Logging.AkkaLogForwarder, Rocket.Host"
            """);
        await system.ActorOf(Props.Create(() => new Speaker()), "speaker").Ask<string>("speak");
        foreach (var akka in (Akka.Event.LogEvent[])
        [
            new Debug("akka", typeof(ActorSystem), "akka debug"),
            new Info("akka", typeof(ActorSystem), "akka info"),
            new Warning("akka", typeof(ActorSystem), "akka warning"),
            .. more,
        ])
        {
            system.EventStream.Publish(akka);
        }

        await system.Terminate();
    }

    private LogSettings Settings(LogEventLevel level, LogEventLevel? akkaLevel) => new(LogFile, level, akkaLevel, 1 << 20, 5);

    private string[] Lines() => File.ReadAllLines(LogFile);

    // Without time and source, and without what Akka says of itself.
    private IEnumerable<string> Said() => Lines()
        .Where(line => line.Contains("  speaker ", StringComparison.Ordinal) || line.Contains("  akka ", StringComparison.Ordinal))
        .Select(line => $"{line[24..27]} {line[(line.IndexOf("  ", StringComparison.Ordinal) + 2)..]}");

    private sealed class Speaker : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var log = Context.GetLogger();
            log.Debug("speaker debug");
            log.Info("speaker info");
            log.Warning("speaker {0}", "warning");
            Sender.Tell("spoken");
        }
    }
}
