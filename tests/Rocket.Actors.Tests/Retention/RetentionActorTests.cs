using Akka.Actor;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Retention;
using Rocket.Actors.Tests.Wire;
using Xunit;

namespace Rocket.Actors.Tests.Retention;

/// <summary>The rules at work on real logs.</summary>
public sealed class RetentionActorTests : RetentionKit
{
    /// <summary>The actor's own timer does not come in between.</summary>
    private static readonly RetentionSettings Slow = RetentionSettings.Default with { CheckInterval = TimeSpan.FromHours(1) };

    public RetentionActorTests() => Settings = Slow;

    [Fact]
    public async Task At_an_hour_of_delete_when_exactly_the_expired_segments_go_and_the_minimum_follows()
    {
        var old = await StartQueueAsync();
        var mixed = await StartQueueAsync();
        var idle = await StartQueueAsync();
        await FillAsync(old, segments: 3);
        await FillAsync(mixed, segments: 2);
        await FillAsync(idle, segments: 0);
        Time.Advance(TimeSpan.FromHours(80));
        await FillAsync(mixed, segments: 2);
        var retention = StartRetention();
        Time.AdvanceToHour(3);
        retention.Tell(RetentionProtocol.CheckDue.Instance);
        await HandledAsync(retention);
        Assert.All(Queues, queue => Assert.Equal(0, queue.MinimumOffset));

        Time.AdvanceToHour(4);
        var lines = Deleted(5, () => retention.Tell(RetentionProtocol.CheckDue.Instance));

        Assert.Contains(
            "Queue T@0: deleted segment 00000000000000000000.log, offsets 0 to 9, 4080 bytes, last message of 2030-05-06 08:00:00Z: "
            + "expired (file-reserved-time), at an hour of delete-when",
            lines);
        Assert.Equal([30, 20, 0], Queues.Select(queue => queue.MinimumOffset));
        retention.Tell(RetentionProtocol.CheckDue.Instance);
        await HandledAsync(retention);
        Assert.Equal([30, 20, 0], Queues.Select(queue => queue.MinimumOffset));
        Assert.Equal(AppendOutcome.Stored, await SendAsync(old));
    }

    [Fact]
    public async Task A_disk_above_disk_max_used_space_ratio_costs_what_has_expired_as_soon_as_it_is_measured()
    {
        var queue = await StartQueueAsync();
        await FillAsync(queue, segments: 2);
        Time.Advance(TimeSpan.FromHours(73));
        await FillAsync(queue, segments: 2);
        (Disk.Bytes, Disk.OtherBytes) = (1_000_000, 600_000);
        var retention = StartRetention();
        await HandledAsync(retention);
        Assert.Equal(0, queue.MinimumOffset);

        Disk.OtherBytes = 780_000;
        await ToldAsync(
            EventFilter.Info(contains: "% full (disk-max-used-space-ratio = 75)"), 2, () => retention.Tell(RetentionProtocol.MeasureDue.Instance));
        Assert.Equal(20, queue.MinimumOffset);
    }

    [Fact]
    public async Task Above_disk_clean_forcibly_ratio_consumed_segments_go_until_less_is_used()
    {
        var (one, other) = (await StartQueueAsync(), await StartQueueAsync());
        for (var i = 0; i < 3; i++)
        {
            await FillAsync(one, segments: 1);
            Time.Advance(TimeSpan.FromMinutes(1));
            await FillAsync(other, segments: 1);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        // 1 % of the disk, two and a half segments, is too much.
        (Disk.Bytes, Disk.OtherBytes) = (1_000_000, 850_000 + 10_000 - 25_000);
        var retention = StartRetention();
        var asked = ExpectMsg<MetadataProtocol.QueryLeastOffsets>();
        Assert.Equal([Topic], asked.Topics);
        Deleted(3, () => retention.Tell(Consumed((one, 31), (other, 31))));

        await HandledAsync(retention);
        Assert.Equal([20, 10], Queues.Select(queue => queue.MinimumOffset));
        retention.Tell(RetentionProtocol.CheckDue.Instance);
        await HandledAsync(retention);
        Assert.Equal([20, 10], Queues.Select(queue => queue.MinimumOffset));
    }

    [Fact]
    public async Task Unread_segments_stay_which_is_told_once_and_sends_are_refused_until_there_is_room()
    {
        var queue = await StartQueueAsync();
        await FillAsync(queue, segments: 3);
        (Disk.Bytes, Disk.OtherBytes) = (1_000_000, 895_000);
        IActorRef? retention = null;
        await ToldAsync(EventFilter.Warning(contains: "refuses sends (code 14)"), 1, () => retention = StartRetention());
        ExpectMsg<MetadataProtocol.QueryLeastOffsets>();
        await EventFilter.Warning(contains: "nothing else may be deleted: 2 complete segments with 8160 bytes hold messages that not every consumer group has consumed")
            .ExpectOneAsync(() =>
            {
                Deleted(1, () => retention.Tell(Consumed((queue, 19))));
                return Task.CompletedTask;
            });
        Assert.Equal(10, queue.MinimumOffset);
        Assert.Contains("disk-refuse-writes-ratio = 90", Broker.Directory.SendRefusal, StringComparison.Ordinal);

        await EventFilter.Warning().ExpectAsync(0, async () =>
        {
            retention.Tell(RetentionProtocol.CheckDue.Instance);
            ExpectMsg<MetadataProtocol.QueryLeastOffsets>();
            retention.Tell(Consumed((queue, 19)));
            await HandledAsync(retention!);
        });

        Disk.OtherBytes = 100_000;
        await EventFilter.Info(contains: "Broker broker-a takes sends again").ExpectOneAsync(() => Eventually.Holds(() => Broker.Directory.SendRefusal is null, "sends are taken"));
    }

    [Fact]
    public async Task A_disk_that_goes_above_and_below_the_limit_again_and_again_is_told_of_ever_more_seldom()
    {
        await StartQueueAsync();
        (Disk.Bytes, Disk.OtherBytes) = (1_000_000, 500_000);
        var retention = StartRetention();
        await HandledAsync(retention);
        var (refused, taken) = (0, 0);
        await EventFilter.Warning(contains: "refuses sends (code 14)").ExpectAsync(
            7, () => EventFilter.Info(contains: "takes sends again").ExpectAsync(7, FlapAsync));
        Assert.Equal((60, 60), (refused, taken));

        async Task FlapAsync()
        {
            for (var i = 0; i < 60; i++)
            {
                refused += await RefusesWithAsync(950_000) ? 1 : 0;
                Time.Advance(TimeSpan.FromSeconds(1));
                taken += await RefusesWithAsync(500_000) ? 0 : 1;
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        async Task<bool> RefusesWithAsync(long bytes)
        {
            Disk.OtherBytes = bytes;
            retention.Tell(RetentionProtocol.MeasureDue.Instance);
            await HandledAsync(retention);
            return Broker.Directory.SendRefusal is not null;
        }
    }

    [Fact]
    public async Task Unread_segments_go_where_that_is_wished()
    {
        Settings = Slow with { DiskDeletesUnread = true };
        var queue = await StartQueueAsync();
        await FillAsync(queue, segments: 3);
        (Disk.Bytes, Disk.OtherBytes) = (1_000_000, 900_000);
        await ToldAsync(EventFilter.Info(contains: "consumed or not (disk-deletes-unread)"), 3, () => StartRetention());
        Assert.Equal(30, queue.MinimumOffset);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_measured_is_told_once_and_expired_segments_go_at_their_hour()
    {
        var queue = await StartQueueAsync();
        await FillAsync(queue, segments: 1);
        Time.Advance(TimeSpan.FromHours(80));
        Disk.Failure = new IOException("no answer");
        IActorRef? retention = null;
        await EventFilter.Warning(contains: "no answer").ExpectOneAsync(async () =>
        {
            retention = StartRetention();
            retention.Tell(RetentionProtocol.MeasureDue.Instance);
            await HandledAsync(retention);
        });
        Time.AdvanceToHour(4);
        Deleted(1, () => retention.Tell(RetentionProtocol.CheckDue.Instance));
        Assert.Equal(10, queue.MinimumOffset);
    }

    [Fact]
    public async Task A_queue_that_cannot_drop_its_segment_is_told_and_the_others_go_on()
    {
        var (bad, good) = (await StartQueueAsync(), await StartQueueAsync());
        await FillAsync(bad, segments: 1);
        Time.Advance(TimeSpan.FromMinutes(1));
        await FillAsync(good, segments: 1);
        Time.Advance(TimeSpan.FromHours(80));
        Time.AdvanceToHour(4);
        Disk.BeforeDelete.Enqueue(() => throw new IOException("a stubborn file"));

        await EventFilter.Warning(contains: "Queue T@0: segment 00000000000000000000.log cannot be deleted now: ")
            .ExpectOneAsync(() =>
            {
                Deleted(1, () => StartRetention());
                return Task.CompletedTask;
            });

        Assert.Equal(10, good.MinimumOffset);

        // Its log is opened anew after a second, which ends what was begun.
        await EventFilter.Info(message: "Queue T@0 is written again.").ExpectOneAsync(() => Task.CompletedTask);
        Assert.Equal(10, bad.MinimumOffset);
        Assert.Equal(AppendOutcome.Stored, await SendAsync(bad));
    }

    [Fact]
    public async Task A_queue_whose_segments_cannot_be_described_is_told_once_and_left_alone()
    {
        var (bad, good) = (await StartQueueAsync(), await StartQueueAsync());
        await FillAsync(bad, segments: 1);
        await FillAsync(good, segments: 1);
        Time.Advance(TimeSpan.FromHours(80));
        Time.AdvanceToHour(4);
        var index = Path.Combine(FolderOf(bad), "00000000000000000000.index");
        using (var file = new FileStream(index, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = 64 + (9 * 24) + 3;
            var flipped = file.ReadByte() ^ 1;
            file.Position--;
            file.WriteByte((byte)flipped);
        }

        await EventFilter.Warning(contains: "Queue T@0: nothing of it is deleted").ExpectOneAsync(async () =>
        {
            IActorRef? retention = null;
            Deleted(1, () => retention = StartRetention());
            retention.Tell(RetentionProtocol.CheckDue.Instance);
            await HandledAsync(retention!);
        });
        Assert.Equal((0, 10), (bad.MinimumOffset, good.MinimumOffset));
    }
}
