using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Rocket.Host.Commands.Http;

namespace Rocket.Host.Commands.Terminal;

/// <summary>Sends commands to a node.</summary>
internal sealed class NodeClient : IDisposable
{
    /// <summary>A node answers a command within 5 s, or says that it cannot.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    private readonly NodeAddress _node;

    // A proxy of the environment must not come between an operator and his node.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = ConnectPatience })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public NodeClient(NodeAddress node) => _node = node;

    /// <summary>Does a command and returns what the node answers.</summary>
    /// <exception cref="NodeUnreachableException">No node answers.</exception>
    public async Task<NodeAnswer> AskAsync(ICommand command, IReadOnlyDictionary<string, object> arguments, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(AnswerPatience);
        try
        {
            using var response = await SendAsync(command, arguments, patience.Token).ConfigureAwait(false);
            return await ReadAsync(response, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new NodeUnreachableException($"{_node} does not answer within {AnswerPatience.TotalSeconds} s; is it a node of Rocket, and does it run?");
        }
    }

    /// <summary>Does a command that goes on telling; each line is JSON.</summary>
    /// <exception cref="NodeUnreachableException">No node answers.</exception>
    /// <exception cref="CommandRefusal">The node refuses.</exception>
    public async IAsyncEnumerable<string> TailAsync(
        ICommand command, IReadOnlyDictionary<string, object> arguments, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await SendAsync(command, arguments, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandRefusal(await ReadAsync(response, cancellation).ConfigureAwait(false));
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        while (await NextLineAsync(reader, cancellation).ConfigureAwait(false) is { } line)
        {
            // An empty line only says that the node is still there.
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> NextLineAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException)
        {
            throw new NodeUnreachableException($"{_node} has ended the connection: {lost.Message}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ICommand command, IReadOnlyDictionary<string, object> arguments, CancellationToken cancellation)
    {
        var description = command.Description;
        try
        {
            var address = await _node.ResolveAsync(cancellation).ConfigureAwait(false);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{address}/api/commands/{description.Palette}/{description.Name}");
            request.Headers.Add(RequestGuard.CommandHeader, "1");
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(arguments));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            var reason = (failure.InnerException ?? failure).Message;
            throw new NodeUnreachableException($"{_node} cannot be reached: {reason}; does the node run, and is this its dashboard port (rocket.dashboard.port, --node)?");
        }
    }

    private async Task<NodeAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            return NodeAnswer.Parse(text) ?? throw NotRocket();
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new NodeUnreachableException($"{_node} has ended the connection: {lost.Message}");
        }
        catch (JsonException)
        {
            throw NotRocket();
        }
    }

    private NodeUnreachableException NotRocket() => new($"what answers at {_node} is no node of Rocket; its dashboard port is rocket.dashboard.port");
}

/// <summary>A node has refused a command that would go on telling.</summary>
internal sealed class CommandRefusal(NodeAnswer answer) : Exception(answer.ErrorMessage)
{
    public NodeAnswer Answer => answer;
}
