using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rocket.Host.Configuration;

namespace Rocket.Host.Commands.Terminal;

/// <summary>The node that is asked: host and port of its dashboard.</summary>
internal sealed record NodeAddress(string Host, int Port)
{
    /// <summary>What holds when nobody says otherwise.</summary>
    public static readonly NodeAddress Default = new(OperatorSettings.DefaultHost, OperatorSettings.DefaultPort);

    /// <summary>Reads <c>host:port</c>, <c>host</c>, <c>[::1]:port</c>; null: it is none of these.</summary>
    public static NodeAddress? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon >= 0 && !text.EndsWith(']') && (text.IndexOf(':', StringComparison.Ordinal) == colon || text[colon - 1] == ']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = OperatorSettings.DefaultPort;
        if (hasPort && !(int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535))
        {
            return null;
        }

        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new NodeAddress(host, port);
    }

    /// <summary>Where a node of this configuration listens, seen from its own machine; null: it does not.</summary>
    public static NodeAddress? Of(OperatorSettings settings) => settings.Port == 0 ? null : new NodeAddress(
        settings.BindHost switch
        {
            "0.0.0.0" => "127.0.0.1",
            "::" => "::1",
            var host => host,
        },
        settings.Port);

    /// <summary>
    /// The address to connect to. A name is looked up here, because nodes refuse requests for a name, which is what a web page could make a browser send.
    /// </summary>
    /// <exception cref="SocketException">There is no such name.</exception>
    public async Task<IPEndPoint> ResolveAsync(CancellationToken cancellation)
    {
        if (IPAddress.TryParse(Host, out var address))
        {
            return new IPEndPoint(address, Port);
        }

        var addresses = await Dns.GetHostAddressesAsync(Host, cancellation).ConfigureAwait(false);
        var first = addresses.OrderBy(found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
        return new IPEndPoint(first, Port);
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
