using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A node with its default limits, which many clients come to at once, and a client that is connected all the time.</summary>
public sealed class CrowdRocket() : RocketFixture()
{
    /// <summary>
    /// What may be left of a crowd: garbage below what is worth a collection (32 MiB), compiled code, and what the runtime and the C library keep of their
    /// pools. It does not grow with the next crowd, which the level before it then contains.
    /// </summary>
    private const long LeftBytes = 64L << 20;

    /// <summary>Threads that the runtime adds under load and takes away half a minute later, and files that the node opens meanwhile.</summary>
    private const int LeftThreadsAndHandles = 24;

    /// <summary>The node collects garbage once in 10 s, and looks each second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private RemotingConnection? _bystander;
    private string _topic = "";

    /// <summary>What the node takes now that everything is warm.</summary>
    public async Task<ProcessUsage> LevelAsync()
    {
        await AssertOthersAreServedAsync();
        return Rocket.Run.Usage;
    }

    /// <summary>A client that has been there, and one that comes just now, send and consume.</summary>
    public async Task AssertOthersAreServedAsync()
    {
        if (_bystander is null)
        {
            _topic = await CreateTopicAsync();
            _bystander = await ConnectAsync();
        }

        await using var newcomer = await ConnectAsync();
        foreach (var client in new[] { _bystander, newcomer })
        {
            var sent = await client.SendAsync(SendRequest.For(_topic, "served")).Succeeded();
            Assert.Equal("served", Encoding.UTF8.GetString((await client.ReadOneAsync(_topic, 0, sent.QueueOffset)).Body.Span));
        }
    }

    /// <summary>Waits until the node is as it was before the crowd came, and has said nothing of it but what it must.</summary>
    /// <param name="before">Its level then.</param>
    /// <param name="outputBefore">How much it had written then.</param>
    public async Task AssertBackAsync(ProcessUsage before, int outputBefore)
    {
        await Eventually.HoldsAsync(
            () => Rocket.Run.Usage is var now
                && now.Handles <= before.Handles + LeftThreadsAndHandles
                && now.Threads <= before.Threads + LeftThreadsAndHandles
                && now.WorkingSet <= before.WorkingSet + LeftBytes,
            Patience,
            () => $"before {before}, now {Rocket.Run.Usage}");
        var output = Rocket.Output[outputBefore..];
        Assert.DoesNotContain(" ERR ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        await AssertOthersAreServedAsync();
    }

    public override async Task DisposeAsync()
    {
        if (_bystander is not null)
        {
            await _bystander.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}

/// <summary>One crowd after the other: each measures the node.</summary>
[CollectionDefinition(Name)]
public sealed class CrowdCollection : ICollectionFixture<CrowdRocket>
{
    public const string Name = "crowd";
}
