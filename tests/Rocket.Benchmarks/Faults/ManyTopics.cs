using System.Globalization;
using Rocket.TestClient.Calls;
using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Faults;

/// <summary>Topics that are only there: each of their queues has a log, a copy and one message.</summary>
internal static class ManyTopics
{
    private const int Queues = 4;

    public static async Task CreateAsync(ReplicatedNodes nodes, string broker, int count)
    {
        await using var client = await ReplicatedNodes.ConnectAsync(nodes.Nodes.Nodes.Single(node => node.Broker == broker), broker).ConfigureAwait(false);
        for (var number = 0; number < count; number++)
        {
            var topic = string.Create(CultureInfo.InvariantCulture, $"Quiet-{broker}-{number:00000}");
            await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = Queues, WriteQueueNums = Queues }).Succeeded().ConfigureAwait(false);
            for (var queue = 0; queue < Queues; queue++)
            {
                await client.SendAsync(SendRequest.For(topic, "quiet"u8.ToArray()) with { QueueId = queue }).Succeeded().ConfigureAwait(false);
            }
        }
    }
}
