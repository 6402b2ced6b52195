using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.DependencyInjection;
using Rocket.Host.Gateway;

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
        builder.WebHost.UseKestrelCore().ConfigureKestrel(gateway.Listen);
        var web = builder.Build();
        await web.StartAsync().ConfigureAwait(false);
        return web;
    }

    /// <summary>Kestrel's own message names an address; a person needs the key. Binding in turn also finds the one of several that is taken.</summary>
    private static void RefuseTakenPorts(GatewayServer gateway)
    {
        foreach (var listener in gateway.Listeners)
        {
            using var socket = new Socket(listener.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(listener.EndPoint);
                socket.Listen();
            }
            catch (SocketException exception)
            {
                throw new StartRefusedException($"{listener.ConfigurationKey}: cannot listen on {listener.EndPoint}: {exception.Message}", exception);
            }
        }
    }
}
