using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>What the operators' port takes, and from whom.</summary>
[Collection(CommandsCollection.Name)]
public sealed class OperatorPortTests(CommandsRocket rocket)
{
    [Fact]
    public async Task The_list_of_commands_has_the_help_of_the_command_line()
    {
        using var http = new OperatorHttp(rocket.Rocket);
        var answer = await http.SendAsync(http.Request(HttpMethod.Get, "/api/commands"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var commands = answer.Json.GetProperty("commands").EnumerateArray().ToList();
        var leave = Assert.Single(commands, command => command.GetProperty("palette").GetString() == "cluster" && command.GetProperty("name").GetString() == "leave");
        Assert.True(leave.GetProperty("changes").GetBoolean());
        Assert.Equal((await CommandRun.OfAsync("cluster leave --help")).Output, leave.GetProperty("help").GetString() + "\n");
        Assert.Contains(commands, command => command.GetProperty("tail").GetBoolean());
    }

    [Fact]
    public async Task A_command_without_its_header_is_refused()
    {
        using var http = new OperatorHttp(rocket.Rocket);
        var request = http.Command("rocket", "brokers");
        request.Headers.Remove("X-Rocket-Command");

        var answer = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, answer.ErrorCode));
        Assert.Equal("a command carries the header X-Rocket-Command: 1", answer.ErrorMessage);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonp")]
    public async Task A_command_of_another_content_type_is_refused(string type)
    {
        using var http = new OperatorHttp(rocket.Rocket);
        var request = http.Command("rocket", "brokers");
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue(type);

        var answer = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode.BadRequest, "bad-request"), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("rocket.example")]
    [InlineData("rocket.example:8080")]
    [InlineData("localhost.rocket.example")]
    [InlineData("127.0.0.1.rocket.example")]
    public async Task A_request_for_a_name_is_refused_whatever_it_asks(string host)
    {
        using var http = new OperatorHttp(rocket.Rocket);
        foreach (var request in new[] { http.Command("rocket", "brokers"), http.Request(HttpMethod.Get, "/api/commands"), http.Request(HttpMethod.Get, "/") })
        {
            request.Headers.Host = host;

            var answer = await http.SendAsync(request);

            Assert.Equal((HttpStatusCode.Forbidden, "the Host header wants an IP address or localhost, not a name"), (answer.Status, answer.ErrorMessage));
        }
    }

    [Theory]
    [InlineData("localhost:1")]
    [InlineData("10.1.2.3:8080")]
    [InlineData("[fd00::1]:8080")]
    public async Task A_request_for_an_address_is_taken(string host)
    {
        using var http = new OperatorHttp(rocket.Rocket);
        var request = http.Command("rocket", "brokers");
        request.Headers.Host = host;

        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_page_of_somebody_else_may_not_command()
    {
        using var http = new OperatorHttp(rocket.Rocket);
        var foreign = http.Command("rocket", "brokers");
        foreign.Headers.Add("Origin", "http://127.0.0.1:1");
        var own = http.Command("rocket", "brokers");
        own.Headers.Add("Origin", $"http://127.0.0.1:{rocket.Rocket.OperatorPort}");

        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(foreign)).Status);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(own)).Status);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    public async Task A_change_that_was_passed_on_is_refused(string header)
    {
        using var http = new OperatorHttp(rocket.Rocket);
        var request = http.Command("cluster", "leave", """{"yes":true}""");
        request.Headers.Add(header, "127.0.0.1");

        var answer = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task From_another_address_one_may_look_and_change_nothing()
    {
        if (OwnAddress() is not { } address)
        {
            return; // Without a network there is no other address; the rule itself has a test of its own.
        }

        using var http = new OperatorHttp(rocket.Rocket, address);
        var look = await http.SendAsync(http.Command("cluster", "show"));
        var change = await http.SendAsync(http.Command("cluster", "leave", """{"yes":true}"""));

        Assert.Equal(HttpStatusCode.OK, look.Status);
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (change.Status, change.ErrorCode));
        Assert.Contains("from the node's own machine only", change.ErrorMessage, StringComparison.Ordinal);
        var run = await CommandRun.OfAsync($"cluster leave --yes --node {address}:{rocket.Rocket.OperatorPort}");
        Assert.Equal((1, change.ErrorMessage + "\n"), (run.ExitCode, run.Error));
        Assert.False(rocket.Rocket.Run.HasExited);
    }

    [Fact]
    public void A_port_for_everybody_is_warned_of_and_the_ports_stand_in_the_log()
    {
        Assert.Contains($"Listening: operators on 0.0.0.0:{rocket.Rocket.OperatorPort}\n", rocket.Rocket.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"rocket.dashboard.bind-host = 0.0.0.0 lets everybody who reaches port {rocket.Rocket.OperatorPort} read what this node holds; there is no login yet\n",
            rocket.Rocket.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", 400, "bad-request")]
    [InlineData("nonsense", 400, "bad-request")]
    [InlineData("[]", 400, "wrong-words")]
    [InlineData("7", 400, "wrong-words")]
    [InlineData("{\"colour\":\"red\"}", 400, "wrong-words")]
    [InlineData("{\"filter\":7}", 400, "wrong-words")]
    [InlineData("{\"filter\":\"\"}", 400, "wrong-words")]
    [InlineData("{\"filter\":{}}", 400, "wrong-words")]
    [InlineData("{\"all\":\"true\"}", 400, "wrong-words")]
    [InlineData("{\"yes\":true}", 400, "wrong-words")]
    [InlineData("[[[[[[[[1]]]]]]]]", 400, "bad-request")]
    public async Task Arguments_that_make_no_sense_are_refused(string body, int status, string code)
    {
        using var http = new OperatorHttp(rocket.Rocket);

        var answer = await http.SendAsync(http.Command("rocket", "topics", body));

        Assert.Equal((status, code), ((int)answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_change_that_is_not_confirmed_says_the_question()
    {
        using var http = new OperatorHttp(rocket.Rocket);

        var answer = await http.SendAsync(http.Command("cluster", "leave"));

        Assert.Equal((HttpStatusCode.Conflict, "not-confirmed"), (answer.Status, answer.ErrorCode));
        Assert.EndsWith("Go on?", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/api", 404)]
    [InlineData("POST", "/api/commands", 404)]
    [InlineData("GET", "/api/commands/rocket/brokers", 400)]
    [InlineData("POST", "/api/commands/rocket", 404)]
    [InlineData("POST", "/api/commands/rocket/fly", 404)]
    [InlineData("POST", "/api/commands/rocket/brokers/more", 404)]
    [InlineData("POST", "/api/commands/rocket/%2e%2e", 404)]
    public async Task There_is_nothing_else(string method, string path, int status)
    {
        using var http = new OperatorHttp(rocket.Rocket);

        Assert.Equal(status, (int)(await http.SendAsync(http.Request(new HttpMethod(method), path, method == "POST" ? "{}" : null))).Status);
    }

    [Fact]
    public async Task A_body_of_more_than_64_KiB_is_refused()
    {
        using var http = new OperatorHttp(rocket.Rocket);

        var answer = await http.SendAsync(http.Command("rocket", "topics", $"{{\"filter\":\"{new string('x', 70_000)}\"}}"));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Headers_and_lines_beyond_measure_end_the_connection_and_hurt_nobody()
    {
        string[] requests =
        [
            $"GET /{new string('x', 10_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {new string('x', 40_000)}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: x\r\n"))}\r\n",
            "\0\u0001\u0002 nonsense\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, rocket.Rocket.OperatorPort);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));

            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

            Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await CommandRun.OfAsync(rocket.Rocket, "cluster show")).ExitCode);
        await using var client = await rocket.ConnectAsync();
        await client.ClusterInfoAsync().Succeeded();
    }

    [Fact]
    public async Task No_more_than_64_connections_are_kept_and_clients_do_not_feel_it()
    {
        List<TcpClient> idle = [];
        try
        {
            for (var i = 0; i < 80; i++)
            {
                var socket = new TcpClient();
                idle.Add(socket);
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, rocket.Rocket.OperatorPort);
                }
                catch (SocketException) when (i >= 64)
                {
                    // Refused so fast that the connect itself saw it.
                }
            }

            await using var client = await rocket.ConnectAsync();
            await client.ClusterInfoAsync().Succeeded();
            var run = await CommandRun.OfAsync(rocket.Rocket, "cluster show");
            Assert.Equal(3, run.ExitCode);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }

        await Eventually.HoldsAsync(async () => (await CommandRun.OfAsync(rocket.Rocket, "cluster show")).ExitCode == 0);
    }

    private static string? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))?.ToString();
}
