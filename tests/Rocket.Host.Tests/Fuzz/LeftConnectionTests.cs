using Rocket.Host.Tests.Disk;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>A client that is gone before its requests are read.</summary>
[Collection(FuzzCollection.Name)]
public sealed class LeftConnectionTests
{
    [Fact]
    public async Task What_a_client_sent_before_it_left_is_stored()
    {
        // The first write fits the pipe and is more than may be unanswered; the second one is read when the client is long gone.
        const int first = 45;
        const int second = 20;
        var disk = new HeldDisk();
        await using var node = await InProcessNode.StartAsync(["rocket.limits.connection-outstanding-size=64 KiB"], disk.Over);
        await using var client = new InMemoryClient(node);
        await client.InvokeAsync(new CreateTopicRequest("left") { ReadQueueNums = 1, WriteQueueNums = 1 }.ToCommand());
        await client.InvokeAsync(SendRequest.For("left", "before").ToCommand());
        var hold = disk.Writes.Hold("left", 0);
        var (transport, served) = node.Connect(node.Broker);

        await transport.ClientOutput.WriteAsync(Sends(first));
        await hold.ReachedAsync();
        await Eventually.HoldsAsync(() => node.Environment.Connections.Count == 2);
        var more = transport.ClientOutput.WriteAsync(Sends(second)).AsTask();
        transport.Leave();
        hold.Release();

        await more;
        await served.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.HoldsAsync(async () => (await client.InvokeAsync(MaxOffset())).Fields["offset"] == $"{1 + first + second}");
    }

    private static RemotingCommand MaxOffset() =>
        new() { Code = TestClient.Codes.RequestCode.GetMaxOffset, Fields = new HeaderFields { { "topic", "left" }, { "queueId", 0 } } };

    private static ReadOnlyMemory<byte> Sends(int count)
    {
        var frames = new ByteBuffer();
        for (var i = 0; i < count; i++)
        {
            FrameEncoder.Write(frames, SendRequest.For("left", new byte[1000]).ToCommand() with { Flag = RemotingCommand.OnewayFlag });
        }

        return frames.WrittenMemory;
    }
}
