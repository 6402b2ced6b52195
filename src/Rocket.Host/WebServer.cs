using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Memory;

namespace Rocket.Host;

/// <summary>Kestrel with the node's listeners.</summary>
internal static class WebServer
{
    /// <summary>Binds every listener and starts to accept; connections wait until the gateway's environment has started.</summary>
    /// <exception cref="StartRefusedException">An address is in use or not of this machine.</exception>
    public static async Task<WebApplication> StartAsync(GatewayServer gateway, ILoggerFactory loggers)
    {
        RefuseTakenPorts(gateway);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseSockets(BoundBuffers).ConfigureKestrel(gateway.Listen);

        // After Kestrel's own, which it replaces.
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(gateway.Blocks);
        var web = builder.Build();
        await web.StartAsync().ConfigureAwait(false);
        return web;
    }

    /// <summary>What a socket reads ahead of a busy connection; the default of 1 MiB is 10 GiB for ten thousand of them.</summary>
    private static void BoundBuffers(SocketTransportOptions options) => options.MaxReadBufferSize = GatewayMemory.FreeBytes;

    private static void RefuseTakenPorts(GatewayServer gateway)
    {
        foreach (var listener in gateway.Listeners)
        {
            PortCheck.RefuseIfTaken(listener.ConfigurationKey, listener.EndPoint);
        }
    }
}
