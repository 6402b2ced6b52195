using System.Diagnostics;
using System.Globalization;
using Rocket.Host.Gateway.Memory;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>
/// Requests that are nearly right, many of them, against the real gateway and its actors: nothing fails where it must not, each request that
/// wants an answer gets one, and nothing piles up.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class GatewayFuzzTests(ITestOutputHelper output)
{
    private const int UsualFrames = 200_000;
    private const int AtOnce = 64;
    private const int FirstSeed = 20_261_125;

    /// <summary>What buffers, pools and the limited numbers of topics and groups come to; ten million frames that each left 10 bytes would be above it.</summary>
    private const long GreatestGrowth = 64L << 20;

    internal static readonly string[] Settings =
    [
        "rocket.limits.connection-outstanding-size=256 KiB", "rocket.limits.outstanding-total=4 MiB", "rocket.limits.receive-buffer-total=1 MiB",
        "rocket.limits.send-buffer-total=1 MiB", "rocket.limits.queue-outstanding-size=1 MiB",
        "rocket.limits.max-topics=64", "rocket.limits.max-consumer-groups=48", "rocket.limits.max-queues-per-topic=16", "rocket.limits.max-frame-size=1 MiB",
        "rocket.broker-defaults.max-message-size=64 KiB", "rocket.broker-defaults.segment-size=1 MiB",
    ];

    private static long Frames =>
        long.TryParse(Environment.GetEnvironmentVariable("ROCKET_FUZZ_FRAMES"), CultureInfo.InvariantCulture, out var frames) ? frames : UsualFrames;

    private static int? Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("ROCKET_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    [Fact]
    public async Task Requests_that_are_nearly_right_are_answered_and_do_no_harm()
    {
        await using var node = await InProcessNode.StartAsync(Settings);
        await CreateTopicsAsync(node);
        if (Seed is { } seed)
        {
            await new FuzzStream(seed, node.Environment).RunAsync(node);
            Assert.Empty(node.Log.Errors);
            return;
        }

        // The names are used up and the pools are full after a tenth; from then on nothing may grow.
        var watch = Stopwatch.StartNew();
        var next = await RunAsync(node, FirstSeed, Frames / 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        next = await RunAsync(node, next, Frames - (Frames / 10));
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        using var process = Process.GetCurrentProcess();
        output.WriteLine(
            $"{Frames} frames of the seeds {FirstSeed} to {next - 1} in {watch.Elapsed.TotalSeconds:F1} s, {Frames / watch.Elapsed.TotalSeconds:F0} a second; "
            + $"grown by {growth >> 10} KiB, at most {process.PeakWorkingSet64 >> 20} MiB");
        Assert.InRange(growth, long.MinValue, GreatestGrowth);
        Assert.Equal(0, node.Environment.Connections.Count);
        await AssertGivenBackAsync(node.Environment.Memory);
    }

    /// <summary>Pulls whose clients have left are held until their queue looks for them.</summary>
    private static Task AssertGivenBackAsync(GatewayMemory memory) =>
        Eventually.HoldsAsync(
            () => memory.Outstanding.Bytes == 0 && memory.Incoming.Lent == 0 && memory.Outgoing.Lent == 0,
            TimeSpan.FromSeconds(30),
            () => $"unanswered {memory.Outstanding.Bytes}, on their way in {memory.Incoming.Lent}, out {memory.Outgoing.Lent}");

    private static async Task<int> RunAsync(InProcessNode node, int firstSeed, long frames)
    {
        var next = firstSeed - 1;
        var left = frames;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(RunSomeAsync)));
        return next + 1;

        async Task RunSomeAsync()
        {
            while (Interlocked.Read(ref left) > 0)
            {
                var stream = new FuzzStream(Interlocked.Increment(ref next), node.Environment);
                Interlocked.Add(ref left, -stream.Frames);
                await stream.RunAsync(node);
                Assert.True(node.Log.Errors.Count == 0, $"near seed {next}: {string.Join('\n', node.Log.Errors)}");
            }
        }
    }

    internal static async Task CreateTopicsAsync(InProcessNode node)
    {
        await using var client = new InMemoryClient(node);
        foreach (var topic in Corpus.Topics)
        {
            var create = new CreateTopicRequest(topic) { ReadQueueNums = Corpus.Queues, WriteQueueNums = Corpus.Queues };
            Assert.Equal(0, (await client.InvokeAsync(create.ToCommand())).Code);
        }
    }
}

/// <summary>A node in this process measures the process, so no other test runs beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    public const string Name = "fuzz";
}
