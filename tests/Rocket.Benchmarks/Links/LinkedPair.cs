using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Benchmarks.Compare;
using Rocket.Host.Links;

namespace Rocket.Benchmarks.Links;

/// <summary>The links of two nodes in this process, over loopback.</summary>
internal sealed class LinkedPair : IAsyncDisposable
{
    public const string SecondName = "node2";

    private const string FirstName = "node1";

    private readonly List<IAsyncDisposable> _parts = [];

    private LinkedPair()
    {
    }

    public LinkHub First { get; } = new();

    public LinkHub Second { get; } = new();

    public static async Task<LinkedPair> StartAsync()
    {
        var ports = FreePorts.Find(2);
        var voters = new Dictionary<string, string> { [FirstName] = $"127.0.0.1:{ports[0]}", [SecondName] = $"127.0.0.1:{ports[1]}" };
        var pair = new LinkedPair();
        await pair.StartAsync(FirstName, pair.First, voters).ConfigureAwait(false);
        await pair.StartAsync(SecondName, pair.Second, voters).ConfigureAwait(false);
        while (pair.First.Find(SecondName)?.Direction != LinkDirection.Dialed)
        {
            await Task.Delay(10).ConfigureAwait(false);
        }

        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task StartAsync(string name, LinkHub hub, Dictionary<string, string> voters)
    {
        var endPoint = IPEndPoint.Parse(voters[name]);
        var links = new NodeLinks(
            new LinkSettings { Port = endPoint.Port }, hub, name, endPoint.Address, voters.Keys, TimeProvider.System, NullLogger.Instance, new Random(1));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(links.Listen);
        var web = builder.Build();
        await web.StartAsync().ConfigureAwait(false);
        links.Start(new LinkIdentity("Benchmark", name, voters, FailoverMode.Manual, 1, name.GetHashCode(StringComparison.Ordinal), "0"));
        _parts.Add(links);
        _parts.Add(web);
    }
}
