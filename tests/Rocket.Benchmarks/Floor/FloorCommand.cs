using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rocket.Benchmarks.CommandLine;

namespace Rocket.Benchmarks.Floor;

/// <summary><c>floor</c>: the listener of a broker with nothing behind it but one file.</summary>
internal static class FloorCommand
{
    /// <summary>Runs until it is told to end (SIGTERM, SIGINT).</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine);
        var port = arguments.Number("port", 10911, 1, IPEndPoint.MaxPort);
        var queues = arguments.Number("queues", 8, 1, 4096);
        var path = arguments.Text("file") ?? Path.Combine(Path.GetTempPath(), $"rocket-floor-{Environment.ProcessId}.data");
        arguments.Complete();

        using var file = new FloorFile(path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(file);
        builder.Services.AddSingleton(new FloorSettings(queues));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<FloorConnection>()));
        await using var application = builder.Build();
        await application.StartAsync().ConfigureAwait(false);
        Console.WriteLine($"Floor ready on 127.0.0.1:{port}, pid {Environment.ProcessId}");
        await application.WaitForShutdownAsync().ConfigureAwait(false);
        return 0;
    }
}
