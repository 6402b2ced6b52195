using System.Globalization;

namespace Rocket.TestClient.Connections;

/// <summary>An address as routes and options write it: <c>host:port</c>.</summary>
public static class HostPort
{
    /// <exception cref="FormatException">Not <c>host:port</c>.</exception>
    public static (string Host, int Port) Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536
            ? (address[..colon].Trim('[', ']'), port)
            : throw new FormatException($"\"{address}\" is not host:port");
    }
}
