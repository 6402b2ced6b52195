using System.Net;
using Microsoft.AspNetCore.Http;

namespace Rocket.Host.Commands.Http;

/// <summary>
/// Keeps web pages away from the commands, and strangers from those that change something. A browser sends what any page tells it to, from this very
/// machine; it cannot be told to send the header, the content type or the host that are wanted here.
/// </summary>
internal static class RequestGuard
{
    /// <summary>The header that every command carries; its value is 1.</summary>
    public const string CommandHeader = "X-Rocket-Command";

    private const string JsonType = "application/json";

    /// <summary>
    /// The name in the Host header has to be an address or localhost: a page of a name that its owner lets point to this machine (DNS rebinding) sends
    /// that name.
    /// </summary>
    /// <exception cref="CommandException">It is something else.</exception>
    public static void CheckHost(HostString host)
    {
        var name = host.Host.Trim('[', ']');
        if (!IPAddress.TryParse(name, out _) && !string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException(CommandFailure.Forbidden, "the Host header wants an IP address or localhost, not a name");
        }
    }

    /// <summary>What a request has to carry to be a command.</summary>
    /// <exception cref="CommandException">It lacks something.</exception>
    public static void CheckCommand(IHeaderDictionary headers, HostString host, string? contentType)
    {
        if (headers[CommandHeader] != "1")
        {
            throw new CommandException(CommandFailure.Forbidden, $"a command carries the header {CommandHeader}: 1");
        }

        if (contentType?.Split(';')[0].Trim() is not { } type || !type.Equals(JsonType, StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException(CommandFailure.BadRequest, $"a command has the content type {JsonType}");
        }

        // Of the pages that a browser may show, only those of this very port may command.
        if (headers.Origin is [{ } origin] && origin != $"http://{host.Value}")
        {
            throw new CommandException(CommandFailure.Forbidden, $"pages of {origin} may not command this node");
        }
    }

    /// <summary>Whether a request comes from this very machine, and not through something that passes others' requests on.</summary>
    public static bool IsLocal(IPAddress? remote, IHeaderDictionary headers) =>
        remote is not null
        && IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote)
        && !headers.ContainsKey("Forwarded")
        && !headers.ContainsKey("X-Forwarded-For")
        && !headers.ContainsKey("X-Real-IP");
}
