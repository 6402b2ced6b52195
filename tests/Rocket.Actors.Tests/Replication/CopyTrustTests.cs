using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CopyTrustTests
{
    private static readonly Guid First = new("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Second = new("22222222-2222-2222-2222-222222222222");

    private readonly MemoryDirectory _broker = new();

    [Fact]
    public void A_process_that_ends_takes_nothing_along()
    {
        Start(First).Use(flushes: false);
        Assert.False(Start(First).IsDoubtful);
    }

    [Fact]
    public void A_machine_that_ends_does_and_that_is_known_in_every_later_start_until_it_is_over()
    {
        Start(First).Use(flushes: false);
        Assert.True(Start(Second).IsDoubtful);
        var again = Start(Second);
        Assert.True(again.IsDoubtful);
        again.Use(flushes: false);
        again.Stop();
        Assert.True(Start(Second).IsDoubtful);

        again = Start(Second);
        again.Trust();
        Assert.False(again.IsDoubtful);
        Assert.False(Start(Second).IsDoubtful);
        Assert.True(Start(First).IsDoubtful);
    }

    [Fact]
    public void Not_one_that_was_stopped_in_order()
    {
        var trust = Start(First);
        trust.Use(flushes: false);
        trust.Stop();
        Assert.False(Start(Second).IsDoubtful);
    }

    [Fact]
    public void Not_under_sync_flush_unless_it_was_written_behind_in_the_same_run()
    {
        Start(First).Use(flushes: true);
        var trust = Start(Second);
        Assert.False(trust.IsDoubtful);
        trust.Use(flushes: false);
        Start(Second).Use(flushes: true);
        Assert.True(Start(First).IsDoubtful);
    }

    [Fact]
    public void Where_the_system_tells_no_boot_id_every_start_without_a_stop_may_be_another_run()
    {
        var trust = Start(Guid.Empty);
        trust.Use(flushes: false);
        Assert.True(Start(Guid.Empty).IsDoubtful);
        trust.Stop();
        Assert.False(Start(Guid.Empty).IsDoubtful);
    }

    [Fact]
    public void A_folder_of_an_earlier_version_is_not_and_one_whose_file_is_damaged_is()
    {
        Assert.False(Start(First).IsDoubtful);
        Start(First).Use(flushes: false);
        _broker.Flip("power", 9);
        Assert.True(CopyTrust.MayBeDoubtful(_broker, First));
        Assert.True(Start(First).IsDoubtful);
        Assert.Equal(new PowerMark(First, CopyUse.Doubtful), PowerFile.Read(_broker));
    }

    [Fact]
    public void A_disk_that_refuses_the_mark_refuses_the_use()
    {
        var trust = Start(First);
        _broker.Faults.Write = DiskFaults.Of("power@new");
        Assert.Throws<IOException>(() => trust.Use(flushes: false));
        _broker.Faults.None();
        trust.Use(flushes: false);
        Assert.True(Start(Second).IsDoubtful);
    }

    [Fact]
    public void Nothing_is_written_while_nothing_changes()
    {
        Start(First).Use(flushes: false);
        _broker.Faults.Write = static _ => true;
        var trust = Start(First);
        trust.Use(flushes: false);
        trust.Trust();
    }

    [Fact]
    public void The_boot_id_of_a_file_is_read_and_of_none_unknown()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"{First}\n");
            Assert.Equal(First, FileDirectory.BootId(file));
            File.WriteAllText(file, "no id");
            Assert.Equal(Guid.Empty, FileDirectory.BootId(file));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(Guid.Empty, FileDirectory.BootId(file));
    }

    private CopyTrust Start(Guid bootId) => new(_broker, bootId);
}
