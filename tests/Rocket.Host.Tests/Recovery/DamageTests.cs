using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Recovery;

/// <summary>One bit of a file is another one: what the clients see of it.</summary>
public sealed class DamageTests
{
    [Theory]
    [InlineData(".log", 64 + 16 + 10)]
    [InlineData(".index", 64 + 3)]
    public async Task A_pull_that_meets_damage_is_answered_with_an_error_and_its_connection_goes_on(string file, int place)
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using (var producer = await rocket.ConnectAsync())
        {
            foreach (var body in new[] { "damaged", "whole", "whole too" })
            {
                await producer.SendAsync(SendRequest.For(topic, body)).Succeeded();
            }
        }

        Assert.Equal(0, await rocket.StopAsync());
        Flip(Path.Combine(rocket.DataDir, "brokers", "broker-a", "queues", $"{topic}@0", "00000000000000000000" + file), place);
        await rocket.StartAgainAsync();

        await using var client = await rocket.ConnectAsync();
        Assert.Equal(ResponseCode.SystemError, (await client.PullAsync(Pull(topic, 0))).Code);
        var whole = await client.PullAsync(Pull(topic, 1)).Succeeded();
        Assert.Equal(["whole", "whole too"], whole.Messages.Select(message => Encoding.UTF8.GetString(message.Body.Span)));
    }

    [Fact]
    public async Task A_broker_with_damaged_metadata_is_reported_once_and_not_served()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        Assert.Equal(0, await rocket.StopAsync());
        Flip(Path.Combine(rocket.DataDir, "brokers", "broker-a", "metadata", "00000000000000000000.log"), 64 + 16 + 40);
        await rocket.StartAgainAsync();

        await using (var client = await rocket.ConnectAsync())
        {
            var refused = await client.SendAsync(SendRequest.For(topic, "nobody takes it"));
            Assert.Equal(ResponseCode.ServiceNotAvailable, refused.Code);
        }

        await rocket.Run.WaitForOutputAsync("Not served, see above: broker-a", TimeSpan.FromSeconds(10));
        Assert.Equal(0, await rocket.StopAsync());
        Assert.Equal(2, rocket.Output.Split("Broker broker-a is not served").Length);
    }

    private static PullRequest Pull(string topic, long offset) =>
        new() { ConsumerGroup = "damage", Topic = topic, QueueId = 0, QueueOffset = offset, Subscription = "*" };

    private static void Flip(string file, long place)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = place;
        var flipped = (byte)(stream.ReadByte() ^ 1);
        stream.Position = place;
        stream.WriteByte(flipped);
    }
}
