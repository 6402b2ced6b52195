using Rocket.Host.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Rocket.Host.Tests.Logging;

public sealed class LogLineFormatterTests
{
    [Fact]
    public void An_event_is_one_line_with_time_level_source_and_message() => Assert.Matches(
        @"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INF Listener  broker-a listens on 10911\n$",
        Written(logger => logger.ForContext(Constants.SourceContextPropertyName, "Rocket.Host.Gateway.Listener")
            .Information("{Broker} listens on {Port}", "broker-a", 10911)));

    [Fact]
    public void Text_of_several_lines_stays_on_one() =>
        Assert.EndsWith(" INF a | b\n", Written(logger => logger.Information("{Text}", "a\nb")), StringComparison.Ordinal);

    [Fact]
    public void A_warning_names_its_exception_without_a_stack() => Assert.EndsWith(
        " WRN Disk slow (IOException: no | space)\n",
        Written(logger => logger.Warning(Thrown(), "Disk slow")),
        StringComparison.Ordinal);

    [Fact]
    public void An_error_has_the_stack_below_its_line()
    {
        var lines = Written(logger => logger.Error(Thrown(), "Disk broken")).Split('\n');
        Assert.EndsWith(" ERR Disk broken (IOException: no | space)", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(nameof(Thrown), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Rocket.Host.Gateway.Listener", "Listener")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", "Kestrel")]
    [InlineData("[akka://rocket/user/node/clients#1234]", "/user/node/clients")]
    [InlineData("akka://rocket/system/sharding/broker/broker-a/queue%2Ft%400", "/system/sharding/broker/broker-a/queue/t@0")]
    [InlineData("akka.tcp://rocket@127.0.0.1:4053/user", "/user")]
    [InlineData("EventStream(rocket)", "EventStream(rocket)")]
    [InlineData("", "")]
    public void Sources_are_shortened_to_what_a_person_needs(string source, string shown) => Assert.Equal(shown, SourceName.Shorten(source));

    private static string Written(Action<ILogger> write)
    {
        using var text = new StringWriter();
        using (var logger = new LoggerConfiguration().MinimumLevel.Is(LogEventLevel.Debug).WriteTo.Sink(new WriterSink(text)).CreateLogger())
        {
            write(logger);
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static IOException Thrown()
    {
        try
        {
            throw new IOException("no\nspace");
        }
        catch (IOException exception)
        {
            return exception;
        }
    }

    private sealed class WriterSink(TextWriter output) : ILogEventSink
    {
        private readonly LogLineFormatter _formatter = new();

        public void Emit(LogEvent logEvent) => _formatter.Format(logEvent, output);
    }
}
