using System.Globalization;

namespace Rocket.Actors.Links;

/// <summary>Addresses as they stand in routes and as clients take them.</summary>
public static class HostAddress
{
    /// <summary><c>ip:port</c>; an IPv6 address in brackets, as RocketMQ writes it.</summary>
    /// <param name="host">IP address.</param>
    /// <param name="port">Port.</param>
    public static string Of(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        return IsIPv6(host) ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}") : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }

    /// <summary>Whether an IP address is one of IPv6.</summary>
    public static bool IsIPv6(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Contains(':', StringComparison.Ordinal);
    }
}
