using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>A queue whose first message is no longer recent: it holds more than 40 % of the memory that the node may use.</summary>
public sealed class GrownQueueTests
{
    private const long HeapBytes = 256L * 1024 * 1024;
    private const int MessageBytes = 4 * 1024 * 1024;

    [Fact]
    public async Task A_new_group_on_a_queue_that_outgrew_the_memory_has_no_offset()
    {
        await using var rocket = await RocketProcess.StartAsync(
            [], new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("x", null) });
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        for (var sent = 0L; sent <= HeapBytes * 4 / 10; sent += MessageBytes)
        {
            await client.SendAsync(SendRequest.For(topic, new byte[MessageBytes])).Succeeded();
        }

        var grown = await client.QueryOffsetAsync("new-group", topic, 0);

        Assert.Equal(
            (ResponseCode.QueryNotFound, "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first"), (grown.Code, grown.Remark));
        Assert.Equal(0, (await client.QueryOffsetAsync("new-group", topic, 1).Succeeded()).Offset);
        await client.UpdateOffsetAsync("new-group", topic, 0, 3).Succeeded();
        Assert.Equal(3, (await client.QueryOffsetAsync("new-group", topic, 0).Succeeded()).Offset);
    }
}
