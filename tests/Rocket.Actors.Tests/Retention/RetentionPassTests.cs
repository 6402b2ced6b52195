using Rocket.Actors.Retention;
using Rocket.Protocol.Topics;
using Xunit;
using static Rocket.Actors.Tests.Retention.RetentionScenario;

namespace Rocket.Actors.Tests.Retention;

/// <summary>Each rule by itself; names are queue@0/number of the segment.</summary>
public sealed class RetentionPassTests
{
    private const string OfTheHour = ": expired (file-reserved-time), at an hour of delete-when";

    [Fact]
    public void At_an_hour_of_delete_when_what_has_expired_goes_consumed_or_not_the_oldest_first()
    {
        var queues = new RetentionScenario()
            .Segment("a", ageHours: 100).Segment("a", 73).Segment("a", 71)
            .Segment("b", 80).Segment("b", 1)
            .Segment("c", 2);
        Assert.Equal(["a@0/0" + OfTheHour, "b@0/0" + OfTheHour, "a@0/1" + OfTheHour], queues.Pass(Four));
        Assert.Empty(queues.Pass(Four));
        Assert.Equal(["a@0/2"], queues.Gone(Four.AddDays(1)));
    }

    [Theory]
    [InlineData(72.001, 1)]
    [InlineData(71.999, 0)]
    public void What_is_older_than_file_reserved_time_has_expired(double ageHours, int gone) =>
        Assert.Equal(gone, new RetentionScenario().Segment("a", ageHours).Pass(Four).Count);

    [Fact]
    public void At_another_hour_nothing_goes_while_the_disk_has_room()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 700 }.Segment("a", 1000);
        foreach (var hour in Enumerable.Range(0, 24).Where(hour => hour != 4))
        {
            var now = Four.Date.AddHours(hour).AddMinutes(59);
            Assert.False(RetentionPass.IsDue(queues.Settings, now, DiskLevel.Normal));
            Assert.Empty(queues.Pass(now));
        }

        Assert.True(RetentionPass.IsDue(queues.Settings, Four, DiskLevel.Normal));
        Assert.Single(queues.Pass(Four));
    }

    [Fact]
    public void What_waits_for_the_broker_itself_goes_only_when_the_broker_is_done_with_it()
    {
        const string room = SystemTopics.Schedule;
        var queues = new RetentionScenario().Segment("a", 100).Segment(room, 100).Segment(room, 99).Segment(room, 98).Consumed(room, 2);
        Assert.Equal(["a@0/0" + OfTheHour, $"{room}@0/0" + OfTheHour, $"{room}@0/1" + OfTheHour], queues.Pass(Four));
        Assert.Empty(queues.Pass(Four));
    }

    [Fact]
    public void A_full_disk_that_may_cost_unread_messages_costs_none_of_those()
    {
        const string room = SystemTopics.Timer;
        var queues = new RetentionScenario { Settings = RetentionSettings.Default with { DiskDeletesUnread = true }, DiskBytes = 1000, OtherBytes = 860 }
            .Segment(room, 10, bytes: 20).Segment(room, 9, bytes: 20).Segment("a", 8, bytes: 20);
        Assert.Equal(["a@0/0"], queues.Pass(Three).Select(line => line[..5]));
    }

    [Fact]
    public void Several_hours_may_be_named()
    {
        var queues = new RetentionScenario { Settings = RetentionSettings.Default with { DeleteWhen = [3, 16] } }.Segment("a", 1000).Segment("a", 900);
        Assert.Empty(queues.Pass(Four));
        Assert.Equal(2, queues.Pass(Three).Count);
    }

    [Fact]
    public void From_disk_max_used_space_ratio_on_what_has_expired_goes_at_any_hour_and_nothing_else()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 700 }
            .Segment("a", 100).Segment("a", 90).Segment("a", 1).Consumed("a", 3)
            .Segment("b", 80, bytes: 20);
        Assert.Equal(75, queues.Use!.Value.Percent);
        const string rule = ": expired (file-reserved-time), and the disk is 75 % full (disk-max-used-space-ratio = 75)";
        Assert.Equal(["a@0/0" + rule, "a@0/1" + rule, "b@0/0" + rule], queues.Pass(Three));
        Assert.IsType<RetentionStep.Done>(queues.Last);
        Assert.False(queues.AskedForOffsets);
    }

    [Fact]
    public void From_disk_clean_forcibly_ratio_on_consumed_segments_go_the_oldest_of_all_queues_first_until_less_is_used()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 820 }
            .Segment("a", 10).Segment("a", 8).Segment("a", 1).Consumed("a", 3)
            .Segment("b", 9).Segment("b", 7).Consumed("b", 2);
        const string rule = "% full (disk-clean-forcibly-ratio = 85), and all groups have consumed it";
        Assert.Equal([$"a@0/0: the disk is 87 {rule}", $"b@0/0: the disk is 86 {rule}", $"a@0/1: the disk is 85 {rule}"], queues.Pass(Three));
        Assert.Equal(84, queues.Use!.Value.Percent);
        Assert.IsType<RetentionStep.Done>(queues.Last);
    }

    [Fact]
    public void What_has_expired_goes_before_anything_that_has_not()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 850 }
            .Segment("a", 10).Consumed("a", 1)
            .Segment("b", 74);
        Assert.Equal(["b@0/0", "a@0/0"], queues.Gone(Three));
    }

    [Fact]
    public void Unread_segments_stay_however_full_the_disk_is()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 940 }
            .Segment("slow", 10).Segment("slow", 9).Consumed("slow", segments: 1, more: Messages - 1)
            .Segment("nobody", 8)
            .Segment("all", 7, bytes: 5).Consumed("all", 1);
        Assert.Equal(["slow@0/0", "all@0/0"], queues.Gone(Three));
        Assert.Equal(new RetentionStep.Stuck(2, 20), queues.Last);
    }

    [Fact]
    public void Unread_segments_go_too_where_that_is_wished_and_nobody_is_asked()
    {
        var queues = new RetentionScenario
        {
            DiskBytes = 1000,
            OtherBytes = 840,
            Settings = RetentionSettings.Default with { DiskDeletesUnread = true },
        }.Segment("nobody", 10).Segment("nobody", 9);
        Assert.Equal(
            [
                "nobody@0/0: the disk is 86 % full (disk-clean-forcibly-ratio = 85), consumed or not (disk-deletes-unread)",
                "nobody@0/1: the disk is 85 % full (disk-clean-forcibly-ratio = 85), consumed or not (disk-deletes-unread)",
            ],
            queues.Pass(Three));
        Assert.False(queues.AskedForOffsets);
    }

    [Fact]
    public void A_disk_that_gives_space_back_later_does_not_cost_more_than_was_too_much()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 765 };
        for (var age = 10; age > 0; age--)
        {
            queues.Segment("a", age);
        }

        // 865 of 1000 bytes are used, 16 too many.
        queues.Consumed("a", 10);
        Assert.Equal(["a@0/0", "a@0/1"], queues.Gone(Three, freesAtOnce: false));
        Assert.IsType<RetentionStep.Done>(queues.Last);
    }

    [Fact]
    public void A_queue_that_keeps_a_segment_is_left_alone_and_the_others_go_on()
    {
        var queues = new RetentionScenario().Segment("a", 100).Segment("a", 99).Segment("b", 90).Segment("b", 80);
        Assert.Equal(["b@0/0", "b@0/1"], queues.Gone(Four, refuses: name => name == "a@0/0"));
        Assert.Equal(["a@0/0", "a@0/1"], queues.Gone(Four));
    }

    [Fact]
    public void A_segment_behind_one_that_stays_stays_too()
    {
        // A clock that was set back: the second segment looks older than the first.
        var queues = new RetentionScenario().Segment("a", 1).Segment("a", 100);
        Assert.Empty(queues.Pass(Four));
    }

    [Fact]
    public void Without_complete_segments_there_is_nothing_to_do()
    {
        var queues = new RetentionScenario { DiskBytes = 1000, OtherBytes = 990 };
        Assert.Empty(queues.Pass(Four));
        Assert.Equal(new RetentionStep.Stuck(0, 0), queues.Last);
    }
}
