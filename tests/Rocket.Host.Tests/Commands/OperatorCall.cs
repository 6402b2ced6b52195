using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Commands;

/// <summary>A question to a node's operators' port, whatever network the node is in.</summary>
internal static class OperatorCall
{
    /// <summary>The answer as the command line prints it with <c>--json</c>.</summary>
    public static async Task<CommandRun> AskAsync(ClusterNode node, string palette, string command, string arguments = "{}")
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (node.Place.NewSocket is { } newSocket)
        {
            handler.ConnectCallback = async (context, cancellation) =>
            {
                var socket = newSocket();
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        using var http = new HttpClient(handler);
        var port = node.OperatorPort.ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/api/commands/{palette}/{command}");
        request.Headers.Add("X-Rocket-Command", "1");
        request.Content = new StringContent(arguments, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? new CommandRun(0, body, "") : new CommandRun(1, "", body);
        }
        catch (HttpRequestException gone)
        {
            return new CommandRun(1, "", gone.Message);
        }
    }
}
