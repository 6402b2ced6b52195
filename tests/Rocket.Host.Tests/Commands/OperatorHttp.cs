using System.Net;
using System.Text;
using System.Text.Json;
using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Commands;

/// <summary>Requests as anybody may send them to the operators' port.</summary>
internal sealed class OperatorHttp(RocketProcess rocket, string host = "127.0.0.1") : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    /// <summary>An answer: its status, and its body as JSON.</summary>
    public sealed record Answer(HttpStatusCode Status, JsonElement Json)
    {
        public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;

        public string ErrorMessage => Json.GetProperty("error").GetProperty("message").GetString()!;
    }

    /// <summary>A command as the command line sends it.</summary>
    public HttpRequestMessage Command(string palette, string name, string body = "{}") => Request(HttpMethod.Post, $"/api/commands/{palette}/{name}", body);

    public HttpRequestMessage Request(HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, $"http://{host}:{rocket.OperatorPort}{path}");
        if (body is not null)
        {
            request.Headers.Add("X-Rocket-Command", "1");
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return request;
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            return new Answer(response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
        }
    }

    /// <summary>The lines of a command that goes on telling; the connection ends when they are no longer read.</summary>
    public async Task<HttpResponseMessage> TailAsync() => await _http.SendAsync(Command("cluster", "tail"), HttpCompletionOption.ResponseHeadersRead);

    public void Dispose() => _http.Dispose();
}
