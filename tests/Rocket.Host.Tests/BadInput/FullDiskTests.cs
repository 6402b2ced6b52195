using Rocket.Host.Tests.Recovery;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A disk without room: a small file system in memory, which only root can make.</summary>
public sealed class FullDiskTests
{
    [SkippableTheory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task A_full_disk_refuses_sends_keeps_what_it_confirmed_and_serves_pulls(string flush)
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        var filler = Path.Combine(disk.Folder, "filler");
        await File.WriteAllBytesAsync(filler, new byte[8 * 1024 * 1024]);
        await using var rocket = await RocketProcess.StartAsync(
            $"rocket.data-dir=\"{disk.Folder}/data\"", $"rocket.broker-defaults.flush-disk-type={flush}");
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var receipts = new SendReceipts();
        await using (var client = await rocket.ConnectAsync())
        {
            await FillAsync();
            for (var queueId = 0; queueId < 2; queueId++)
            {
                var full = await client.SendAsync(SendRequest.For(topic, new byte[300_000], queueId: queueId));
                Assert.Equal(ResponseCode.ServiceNotAvailable, full.Code);
                Assert.StartsWith(
                    "service not available now. It may be caused by one of the following reasons: the broker's disk is full",
                    full.Remark,
                    StringComparison.Ordinal);
            }

            await receipts.AssertAllThereAsync(rocket);

            async Task FillAsync()
            {
                for (var i = 0; i < 200; i++)
                {
                    var request = SendRequest.For(topic, new byte[300_000], queueId: i % 2);
                    var answer = await client.SendAsync(request);
                    if (!answer.IsSuccess)
                    {
                        Assert.Equal(ResponseCode.ServiceNotAvailable, answer.Code);
                        return;
                    }

                    receipts.Add(request, answer);
                }

                Assert.Fail("the disk was never full");
            }
        }

        Assert.InRange(receipts.Count, 10, 60);
        await rocket.KillAsync();
        File.Delete(filler);
        await rocket.StartAgainAsync();

        await receipts.AssertAllThereAsync(rocket);
        await using var producer = await rocket.ConnectAsync();
        for (var queueId = 0; queueId < 2; queueId++)
        {
            await producer.SendAsync(SendRequest.For(topic, "room again", queueId: queueId)).Succeeded();
        }
    }

    [SkippableTheory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task A_disk_that_others_filled_to_the_brim_costs_sends_alone_and_they_go_on_once_there_is_space(string flush)
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var rocket = await RocketProcess.StartAsync(
            $"rocket.data-dir=\"{disk.Folder}/data\"", $"rocket.broker-defaults.flush-disk-type={flush}");
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        var receipts = new SendReceipts();
        await using var client = await rocket.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            var request = SendRequest.For(topic, new byte[10_000], queueId: i % 2);
            receipts.Add(request, await client.SendAsync(request).Succeeded());
        }

        await client.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();
        await client.ReadOneAsync(topic, 0, 0);
        var filler = disk.FillUp();
        await Eventually.HoldsAsync(async () => (await client.SendAsync(SendRequest.For(topic, new byte[10_000]))).Code == ResponseCode.ServiceNotAvailable);
        for (var i = 0; i < 100; i++)
        {
            // Nothing of this fits; it is kept until it does.
            await client.UpdateOffsetAsync(group, topic, i % 2, 2 + i).Succeeded();
            Assert.Equal(2 + i, (await client.QueryOffsetAsync(group, topic, i % 2).Succeeded()).Offset);
            Assert.Equal(1, (await client.ReadOneAsync(topic, i % 2, 1)).QueueOffset);
            Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(SendRequest.For(topic, new byte[10_000], queueId: i % 2))).Code);
        }

        await rocket.Run.WaitForOutputAsync("changes of its metadata, consumer offsets among them, wait for room on the disk", TimeSpan.FromSeconds(10));
        await receipts.AssertAllThereAsync(rocket);
        File.Delete(filler);

        await rocket.Run.WaitForOutputAsync("changes of its metadata are written again", TimeSpan.FromSeconds(10));
        for (var queueId = 0; queueId < 2; queueId++)
        {
            await Eventually.HoldsAsync(async () =>
            {
                var request = SendRequest.For(topic, "room again", queueId: queueId);
                var answer = await client.SendAsync(request);
                if (answer.IsSuccess)
                {
                    receipts.Add(request, answer);
                }

                return answer.IsSuccess;
            });
        }

        Assert.DoesNotContain("crash", rocket.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("agreed on epoch 2", rocket.Output, StringComparison.Ordinal);
        Assert.Equal(0, await rocket.StopAsync());
        await rocket.StartAgainAsync();
        await using var again = await rocket.ConnectAsync();
        Assert.Equal(100, (await again.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        Assert.Equal(101, (await again.QueryOffsetAsync(group, topic, 1).Succeeded()).Offset);
        await receipts.AssertAllThereAsync(rocket);
    }

    [SkippableTheory]
    [InlineData(8, "This voter can't vote, its disk refuses: No space left on device")]
    [InlineData(12, "This voter can't vote, its disk refuses: No space left on device")]
    [InlineData(20, "changes of its metadata, consumer offsets among them, wait for room on the disk")]
    public async Task A_new_node_on_a_disk_with_a_few_KiB_says_what_it_waits_for_in_a_line_and_gets_ready_when_there_is_space(int free, string line)
    {
        using var disk = SmallDisk.TryMount(megabytes: 8);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        var rest = Path.Combine(disk.Folder, "rest");
        await File.WriteAllBytesAsync(rest, new byte[free * 1024]);
        var filler = disk.FillUp();
        File.Delete(rest);
        await using var rocket = RocketProcess.Prepare($"rocket.data-dir=\"{disk.Folder}/data\"");
        rocket.StartAgain();
        await rocket.Run.WaitForOutputAsync(line, TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("Rocket node1 ready", rocket.Output, StringComparison.Ordinal);
        File.Delete(filler);
        await rocket.Run.WaitForOutputAsync("Rocket node1 ready", TimeSpan.FromSeconds(30));
        Assert.Empty(StackTraces.In(rocket.Output));
        Assert.InRange(rocket.Output.Split('\n').Count(written => written.Contains(line, StringComparison.Ordinal)), 1, 3);
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "room at last")).Succeeded();
    }

    [SkippableTheory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task A_node_on_a_full_disk_stops_in_order_and_starts_again_when_there_is_space(string flush)
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var rocket = await RocketProcess.StartAsync(
            $"rocket.data-dir=\"{disk.Folder}/data\"", $"rocket.broker-defaults.flush-disk-type={flush}");
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        var receipts = new SendReceipts();
        string filler;
        await using (var client = await rocket.ConnectAsync())
        {
            await client.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();
            for (var i = 0; i < 20; i++)
            {
                var request = SendRequest.For(topic, new byte[10_000]);
                receipts.Add(request, await client.SendAsync(request).Succeeded());
            }

            filler = disk.FillUp();
            await client.UpdateOffsetAsync(group, topic, 0, 2).Succeeded();
            await rocket.Run.WaitForOutputAsync("wait for room on the disk", TimeSpan.FromSeconds(10));
        }

        Assert.Equal(0, await rocket.StopAsync());
        rocket.StartAgain();
        Assert.Equal(1, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith($"rocket.data-dir: {disk.Folder}/data cannot be written: No space left on device", rocket.Run.Error, StringComparison.Ordinal);
        File.Delete(filler);
        await rocket.StartAgainAsync();

        await receipts.AssertAllThereAsync(rocket);
    }
}
