using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Nodes;

/// <summary>Asks a node's operators' port, as a program does it. A node that does not answer is no error: it may be down.</summary>
internal static class OperatorPort
{
    /// <summary>For nodes in this machine's own network; longer than a command may take at the node.</summary>
    private static readonly HttpClient Here = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <param name="node">Who is asked.</param>
    /// <param name="command">Palette and name, as <c>rocket/brokers</c>.</param>
    /// <param name="arguments">Arguments by name.</param>
    public static async Task<OperatorAnswer> AskAsync(ClusterNode node, string command, IReadOnlyDictionary<string, object>? arguments = null)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{node.OperatorPort}/api/commands/{command}");
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.Add("X-Rocket-Command", "1");
        request.Content = JsonContent.Create(arguments ?? new Dictionary<string, object>());
        using var elsewhere = node.Place.NewSocket is { } newSocket ? ClientOf(newSocket) : null;
        try
        {
            using var answer = await (elsewhere ?? Here).SendAsync(request);
            return new OperatorAnswer(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            return new OperatorAnswer(false, gone.Message);
        }
    }

    private static HttpClient ClientOf(Func<Socket> newSocket) => new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = newSocket();
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
    {
        Timeout = Here.Timeout,
    };

    /// <summary>Who leads a broker and who is in sync, as a node knows it.</summary>
    public static async Task<PlacementSeen> PlacementAsync(ClusterNode node, string broker)
    {
        var answer = await AskAsync(node, "rocket/brokers");
        return answer.Rows.FirstOrDefault(row => row["broker"].GetString() == broker) is { } found
            ? new PlacementSeen(found["master"].GetString(), found["in-sync"].GetString(), found["state"].GetString(), found["epoch"].GetString())
            : new PlacementSeen(null, null, answer.Text, null);
    }
}

/// <summary>What a node answered to an operator's command.</summary>
/// <param name="IsDone">Whether it did it.</param>
/// <param name="Text">JSON, or why there is none.</param>
internal sealed record OperatorAnswer(bool IsDone, string Text)
{
    /// <summary>The table that was answered: rows by the columns' names.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows
    {
        get
        {
            if (!IsDone)
            {
                return [];
            }

            using var json = JsonDocument.Parse(Text);
            var root = json.RootElement.Clone();
            var columns = root.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToList();
            return
            [
                .. root.GetProperty("rows").EnumerateArray().Select(row => columns.Zip(row.EnumerateArray()).ToDictionary(cell => cell.First, cell => cell.Second)),
            ];
        }
    }
}

/// <summary>A row of <c>rocket brokers</c>.</summary>
/// <param name="Master">Who leads; null: nobody.</param>
/// <param name="InSync">Names of those in sync, comma and blank between them.</param>
/// <param name="State">What the node that was asked is for the broker, or why it did not answer.</param>
/// <param name="Epoch">The master's reign.</param>
internal sealed record PlacementSeen(string? Master, string? InSync, string? State, string? Epoch)
{
    /// <summary>Whether the node that was asked leads, with exactly these in sync.</summary>
    public bool IsLedHereWith(params IEnumerable<string> inSync) => State == "led here" && InSync == string.Join(", ", inSync);
}
