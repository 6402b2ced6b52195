namespace Rocket.Host.Configuration;

/// <summary>Rules for names and addresses; each answers what is wanted, or null when the text is right.</summary>
internal static class Names
{
    /// <summary>Greatest length of the name of a cluster, a node or a broker.</summary>
    public const int MaxLength = 100;

    /// <summary>
    /// A name of a cluster, node or broker. RocketMQ's topic alphabet has % and | too; a name of ours also names folders, actors and HOCON
    /// sections, where those two are trouble.
    /// </summary>
    public static string? RefuseName(string name) =>
        name.Length is > 0 and <= MaxLength && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? null
            : $"wants letters, digits, - and _, 1 to {MaxLength} of them";

    /// <summary>An address to bind to.</summary>
    public static string? RefuseBindHost(string host) =>
        IsIPv4(host) || IsIPv6(host) ? null : "wants an IP address, such as 127.0.0.1, or 0.0.0.0 for every network card";

    /// <summary>An address to tell to others.</summary>
    public static string? RefuseAdvertisedHost(string host)
    {
        if (host is "0.0.0.0" or "::")
        {
            return "wants the address that clients connect to; nobody can connect to this one";
        }

        return IsIPv4(host) || IsIPv6(host) ? null : "wants an IP address, not a name: it is part of every message id";
    }

    /// <summary>The address of a node link.</summary>
    public static string? RefuseLinkAddress(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && IsIPv4(address[..colon])
            && ushort.TryParse(address.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var port) && port > 0
                ? null
                : "wants an IPv4 address and a port, such as \"127.0.0.1:10912\"";
    }

    // IPAddress also takes "1" and "0x7f.1", which are mistakes here.
    private static bool IsIPv4(string text) =>
        System.Net.IPAddress.TryParse(text, out var address)
        && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        && address.ToString() == text;

    private static bool IsIPv6(string text) =>
        System.Net.IPAddress.TryParse(text, out var address)
        && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
        && !text.Contains('[', StringComparison.Ordinal);
}
