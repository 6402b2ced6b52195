using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rocket.Host.Configuration;

namespace Rocket.Host.Commands.Http;

/// <summary>The operators' port: what it listens on, and how much one may ask of it at once.</summary>
/// <param name="settings">Where it listens.</param>
internal sealed class OperatorServer(OperatorSettings settings)
{
    /// <summary>What log lines call it.</summary>
    public const string Name = "operators";

    /// <summary>Open connections; operators and their scripts are few.</summary>
    private const int MostConnections = 64;

    /// <summary>Greatest body of a request; arguments are a few names.</summary>
    private const int GreatestBody = 64 << 10;

    private const int GreatestHeaders = 16 << 10;
    private const int GreatestRequestLine = 4 << 10;
    private const int MostHeaders = 64;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(60);

    private readonly Places _connections = new(MostConnections);

    /// <summary>Where it listens; null: switched off.</summary>
    public IPEndPoint? EndPoint { get; } = settings.Port == 0 ? null : new IPEndPoint(IPAddress.Parse(settings.BindHost), settings.Port);

    /// <summary>Binds it in a web server that is being set up.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        if (EndPoint is null)
        {
            return;
        }

        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = GreatestBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = GreatestHeaders;
        kestrel.Limits.MaxRequestLineSize = GreatestRequestLine;
        kestrel.Limits.MaxRequestHeaderCount = MostHeaders;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
        kestrel.Listen(EndPoint, options =>
        {
            options.Protocols = HttpProtocols.Http1;
            options.Use(LimitConnections);
        });
    }

    // Kestrel's own limit would hold for the clients' ports too.
    private ConnectionDelegate LimitConnections(ConnectionDelegate next) => async connection =>
    {
        if (!_connections.TryTake())
        {
            connection.Abort(new ConnectionAbortedException($"more than {MostConnections} operators' connections"));
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _connections.GiveBack();
        }
    };
}
