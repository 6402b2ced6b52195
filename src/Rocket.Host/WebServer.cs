using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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

    private static void RefuseTakenPorts(GatewayServer gateway)
    {
        foreach (var listener in gateway.Listeners)
        {
            PortCheck.RefuseIfTaken(listener.ConfigurationKey, listener.EndPoint);
        }
    }
}
