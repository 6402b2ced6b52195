using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Retention;

/// <summary>What a broker does as its disk fills: on a small file system in memory, which only root can make.</summary>
public sealed class DiskLevelTests
{
    private const int Megabyte = 1 << 20;
    private const int BodyBytes = 60_000;

    private static readonly string[] SmallSegments =
    [
        "rocket.broker-defaults.segment-size=1 MiB", "rocket.broker-defaults.max-message-size=64 KiB", "rocket.broker-defaults.retention-check-interval=100 ms",
    ];

    [SkippableTheory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task From_disk_refuse_writes_ratio_on_sends_get_14_pulls_and_commits_go_on_and_sends_go_on_once_there_is_space(string flush)
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var rocket = await StartAsync(disk, $"rocket.broker-defaults.flush-disk-type={flush}");
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();

        // 22 of 24 MiB.
        var filler = Path.Combine(disk.Folder, "filler");
        await File.WriteAllBytesAsync(filler, new byte[22 * Megabyte]);
        var refused = await SendUntilAsync(client, topic, ResponseCode.ServiceNotAvailable);
        Assert.Equal(
            "service not available now. It may be caused by one of the following reasons: the broker's disk is full [disk-refuse-writes-ratio = 90 %]",
            refused.Remark);
        await rocket.Run.WaitForOutputAsync("Broker broker-a refuses sends (code 14): its disk is 9", TimeSpan.FromSeconds(10));

        for (var i = 0; i < 20; i++)
        {
            await client.ReadOneAsync(topic, 0, 0);
            await client.UpdateOffsetAsync(group, topic, 0, i).Succeeded();
            Assert.Equal(i, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
            Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(SendRequest.For(topic, "full"))).Code);
        }

        var retry = await client.SendAsync(SendRequest.For("%RETRY%" + group, "failed"));
        Assert.Equal(ResponseCode.ServiceNotAvailable, retry.Code);
        await CommittedAsync(disk, offset: 19);
        await rocket.KillAsync();
        await rocket.StartAgainAsync();
        await using var again = await rocket.ConnectAsync();
        Assert.Equal(19, (await again.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        Assert.Equal(ResponseCode.ServiceNotAvailable, (await SendUntilAsync(again, topic, ResponseCode.ServiceNotAvailable)).Code);

        File.Delete(filler);
        await SendUntilAsync(again, topic, ResponseCode.Success);
        await rocket.Run.WaitForOutputAsync("Broker broker-a takes sends again: its disk is ", TimeSpan.FromSeconds(10));
        Assert.Single(Lines(rocket, "refuses sends"));
    }

    [SkippableFact]
    public async Task What_nobody_has_consumed_stays_until_it_is_consumed_and_then_makes_room_for_sends()
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var rocket = await StartAsync(disk);
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await FillAsync(client, topic);
        Assert.All(await MinimumsAsync(client, topic), minimum => Assert.Equal(0, minimum));
        await rocket.Run.WaitForOutputAsync("and nothing else may be deleted: ", TimeSpan.FromSeconds(10));
        Assert.Empty(Lines(rocket, "deleted segment"));

        // One queue is consumed halfway, the other one not at all.
        var half = (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset / 2;
        await client.UpdateOffsetAsync(group, topic, 0, half).Succeeded();
        await rocket.Run.WaitForOutputAsync("deleted segment", TimeSpan.FromSeconds(10));
        await SendUntilAsync(client, topic, ResponseCode.Success);

        var minimums = await MinimumsAsync(client, topic);
        Assert.InRange(minimums[0], 1, half);
        Assert.Equal(0, minimums[1]);
        Assert.All(Lines(rocket, "deleted segment"), line => Assert.EndsWith("% full (disk-clean-forcibly-ratio = 85), and all groups have consumed it", line, StringComparison.Ordinal));
        Assert.Equal(half, (await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = half }).Succeeded()).Messages[0].QueueOffset);
    }

    [SkippableFact]
    public async Task A_broker_whose_messages_are_consumed_takes_many_times_what_its_disk_holds()
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var rocket = await StartAsync(disk);
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var producer = await rocket.ConnectAsync();
        await using var consumer = await rocket.ConnectAsync();
        const int messages = 100 * Megabyte / BodyBytes;
        var consuming = ConsumeAsync(consumer, topic, group, messages);
        for (var sent = 0; sent < messages; sent++)
        {
            var answer = await SendUntilAsync(producer, topic, ResponseCode.Success);
            Assert.Equal(sent, answer.QueueOffset);
        }

        await consuming;
        Assert.InRange(Lines(rocket, "deleted segment").Length, 60, 110);
    }

    [SkippableFact]
    public async Task Where_unread_messages_may_go_sends_go_on_without_any_consumer()
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var rocket = await StartAsync(disk, "rocket.broker-defaults.disk-deletes-unread=on");
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        for (var sent = 0; sent < 50 * Megabyte / BodyBytes; sent++)
        {
            await SendUntilAsync(client, topic, ResponseCode.Success);
        }

        // A pass that has begun may delete one more between the two questions.
        var minimum = 0L;
        await Eventually.HoldsAsync(async () =>
        {
            minimum = (await client.MinOffsetAsync(topic, 0).Succeeded()).Offset;
            return minimum == (await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic })).WithCode(ResponseCode.PullOffsetMoved).NextBeginOffset;
        });
        Assert.InRange(minimum, 26 * Megabyte / BodyBytes, 50 * Megabyte / BodyBytes);
    }

    private static Task<RocketProcess> StartAsync(SmallDisk disk, params string[] settings) =>
        RocketProcess.StartAsync([.. SmallSegments, $"rocket.data-dir=\"{disk.Folder}/data\"", .. settings]);

    /// <summary>Sends the same once more until it is answered with a code; 14 and 0 are the only ones that may come.</summary>
    private static async Task<SendAnswer> SendUntilAsync(RemotingConnection client, string topic, int code)
    {
        SendAnswer? last = null;
        await Eventually.HoldsAsync(async () =>
        {
            last = await client.SendAsync(SendRequest.For(topic, new byte[BodyBytes]));
            Assert.True(last.Code is ResponseCode.Success or ResponseCode.ServiceNotAvailable, last.ToString());
            return last.Code == code;
        });
        return last!;
    }

    /// <summary>Waits until an offset is in the broker's metadata log, as JSON.</summary>
    private static Task CommittedAsync(SmallDisk disk, int offset) => Eventually.HoldsAsync(() =>
        Directory.GetFiles(Path.Combine(disk.Folder, "data/brokers/broker-a/metadata"), "*.log")
            .Any(file => File.ReadAllText(file).Contains($"\"o\":[{offset}]", StringComparison.Ordinal)));

    /// <summary>Sends to both queues until the disk is too full.</summary>
    private static async Task FillAsync(RemotingConnection client, string topic)
    {
        for (var i = 0; i < 24 * Megabyte / BodyBytes; i++)
        {
            var answer = await client.SendAsync(SendRequest.For(topic, new byte[BodyBytes], queueId: i % 2));
            if (answer.Code == ResponseCode.ServiceNotAvailable)
            {
                Assert.Contains("disk-refuse-writes-ratio", answer.Remark, StringComparison.Ordinal);
                return;
            }

            answer.Succeeded();
        }

        Assert.Fail("the disk was never too full");
    }

    /// <summary>Consumes every message in its turn and commits, as a client does; a message that has gone unread fails it.</summary>
    private static async Task ConsumeAsync(RemotingConnection client, string topic, string group, int messages)
    {
        var next = 0L;
        while (next < messages)
        {
            var answer = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = next }.Waiting(TimeSpan.FromSeconds(5)));
            if (answer.Code == ResponseCode.PullNotFound)
            {
                continue;
            }

            foreach (var message in answer.Succeeded().Messages)
            {
                Assert.Equal(next++, message.QueueOffset);
            }

            await client.UpdateOffsetOnewayAsync(group, topic, 0, next);
        }
    }

    private static async Task<long[]> MinimumsAsync(RemotingConnection client, string topic) =>
        [(await client.MinOffsetAsync(topic, 0).Succeeded()).Offset, (await client.MinOffsetAsync(topic, 1).Succeeded()).Offset];

    private static string[] Lines(RocketProcess rocket, string text) =>
        [.. rocket.Output.Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal))];
}
