using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Retention;

/// <summary>Readers at the very messages that are being deleted.</summary>
public sealed class ReadingWhileDeletingTests
{
    private const int BodyBytes = 60_000;
    private const int Rounds = 400;

    /// <summary>The disk is always too full, so every segment goes as soon as it is complete.</summary>
    private static readonly string[] Settings =
    [
        "rocket.broker-defaults.segment-size=1 MiB",
        "rocket.broker-defaults.max-message-size=64 KiB",
        "rocket.broker-defaults.disk-max-used-space-ratio=1",
        "rocket.broker-defaults.disk-clean-forcibly-ratio=1",
        "rocket.broker-defaults.disk-refuse-writes-ratio=100",
        "rocket.broker-defaults.disk-deletes-unread=on",
        "rocket.broker-defaults.retention-check-interval=100 ms",
    ];

    [SkippableFact]
    public async Task Every_pull_and_query_is_answered_with_messages_or_with_the_new_minimum()
    {
        await using var rocket = await RocketProcess.StartAsync(Settings);
        var used = new DriveInfo(rocket.Folder.FullName);
        Skip.If(used.TotalSize - used.TotalFreeSpace < used.TotalSize / 50, "less than 2 % of this disk are used");
        var topic = await rocket.CreateTopicAsync();
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => PullAsync(rocket, topic, HasEnded)).Append(QueryAsync(rocket, topic, HasEnded)).ToList();
        await using (var producer = await rocket.ConnectAsync())
        {
            for (var i = 0; i < Rounds; i++)
            {
                await producer.SendAsync(SendRequest.For(topic, new byte[BodyBytes], keys: Key(i))).Succeeded();
            }
        }

        await Eventually.HoldsAsync(() => Deletions(rocket) >= 20);
        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.DoesNotContain(" ERR ", rocket.Output, StringComparison.Ordinal);

        bool HasEnded() => end.IsCancellationRequested;
    }

    private static async Task PullAsync(RocketProcess rocket, string topic, Func<bool> hasEnded)
    {
        await using var client = await rocket.ConnectAsync();
        var next = 0L;
        while (!hasEnded())
        {
            var answer = await client.PullAsync(new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic, QueueOffset = next, MaxMsgNums = 4 });
            switch (answer.Code)
            {
                case ResponseCode.Success:
                    Assert.Equal(next, answer.Messages[0].QueueOffset);
                    break;
                case ResponseCode.PullOffsetMoved:
                    Assert.Equal(answer.MinOffset, answer.NextBeginOffset);
                    Assert.True(answer.NextBeginOffset > next, $"moved from {next} to {answer.NextBeginOffset}");
                    next = answer.NextBeginOffset;
                    break;
                default:
                    Assert.Equal(ResponseCode.PullNotFound, answer.Code);
                    break;
            }
        }
    }

    private static async Task QueryAsync(RocketProcess rocket, string topic, Func<bool> hasEnded)
    {
        await using var client = await rocket.ConnectAsync();
        while (!hasEnded())
        {
            var minimum = (await client.MinOffsetAsync(topic, 0).Succeeded()).Offset;
            var found = await client.QueryMessageAsync(new QueryMessageRequest(topic, Key(minimum)));
            Assert.True(found.Code is ResponseCode.Success or ResponseCode.QueryNotFound, found.ToString());
            await client.EarliestStoreTimeAsync(topic, 0).Succeeded();
            Assert.True((await client.SearchOffsetAsync(topic, 0, 0).Succeeded()).Offset >= minimum);
        }
    }

    private static string Key(long number) => "key-" + number.ToString(CultureInfo.InvariantCulture);

    private static int Deletions(RocketProcess rocket) => rocket.Output.Split("deleted segment").Length - 1;
}
