using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rocket.Host.Commands.Http;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Memory;
using Rocket.Host.Links;

namespace Rocket.Host;

/// <summary>Kestrel with the node's listeners.</summary>
internal static class WebServer
{
    /// <summary>Binds every listener and starts to accept; connections wait until the gateway's environment has started.</summary>
    /// <exception cref="StartRefusedException">An address is in use or not of this machine.</exception>
    public static async Task<WebApplication> StartAsync(
        GatewayServer gateway, OperatorServer operators, CommandApi commands, NodeLinks? links, ILoggerFactory loggers)
    {
        RefuseTakenPorts(gateway, operators);
        if (links is not null)
        {
            PortCheck.RefuseIfTaken(LinkSettingsReader.Port.ToString(), links.EndPoint);
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SignalsAreNotOurs>();
        builder.WebHost.UseKestrelCore().UseSockets(BoundBuffers).ConfigureKestrel(gateway.Listen).ConfigureKestrel(operators.Listen);
        if (links is not null)
        {
            builder.WebHost.ConfigureKestrel(links.Listen);
        }

        // After Kestrel's own, which it replaces.
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(gateway.Blocks);
        var web = builder.Build();
        web.Run(commands.HandleAsync);
        await web.StartAsync().ConfigureAwait(false);
        return web;
    }

    /// <summary>What a socket reads ahead of a busy connection; the default of 1 MiB is 10 GiB for ten thousand of them.</summary>
    private static void BoundBuffers(SocketTransportOptions options) => options.MaxReadBufferSize = GatewayMemory.FreeBytes;

    private static void RefuseTakenPorts(GatewayServer gateway, OperatorServer operators)
    {
        foreach (var listener in gateway.Listeners)
        {
            PortCheck.RefuseIfTaken(listener.ConfigurationKey, listener.EndPoint);
        }

        if (operators.EndPoint is { } endPoint)
        {
            PortCheck.RefuseIfTaken(OperatorSettings.PortKey.ToString(), endPoint);
        }
    }

    /// <summary>The program takes signals and stops the node by its plan. The web host's own handling would break off a start that is under way.</summary>
    private sealed class SignalsAreNotOurs : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
