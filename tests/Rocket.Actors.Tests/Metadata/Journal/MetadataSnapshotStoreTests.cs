using Akka.Actor;
using Akka.Persistence;
using Rocket.Actors.Metadata.Journal;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

public sealed class MetadataSnapshotStoreTests : MetadataPluginKit
{
    private const string Name = "broker-a";
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly SnapshotMetadata[] _saved;

    /// <summary>"s-1" to "s-5" at sequence numbers 11 to 15, a second apart.</summary>
    public MetadataSnapshotStoreTests() =>
        _saved = [.. Enumerable.Range(1, 5).Select(number => SaveSnapshot(Name, number + 10, $"s-{number}", Start.AddSeconds(number)))];

    [Fact]
    public void An_unknown_persistence_id_has_no_snapshot() => Assert.Null(LoadSnapshot("other"));

    [Fact]
    public void The_newest_is_loaded_with_what_was_said_of_it()
    {
        var loaded = LoadSnapshot(Name);
        Assert.Equal("s-5", loaded!.Snapshot);
        Assert.Equal(_saved[4], loaded.Metadata);
    }

    [Theory]
    [InlineData(13, 100, long.MaxValue, "s-3")] // a bound of sequence number
    [InlineData(long.MaxValue, 100, 13, "s-3")]
    [InlineData(13, 3, long.MaxValue, "s-3")] // and of time
    [InlineData(long.MaxValue, 3, 13, "s-3")]
    [InlineData(long.MaxValue, 2, long.MaxValue, "s-2")]
    [InlineData(7, 100, long.MaxValue, null)]
    [InlineData(long.MaxValue, 100, 7, null)]
    [InlineData(long.MaxValue, 0, long.MaxValue, null)]
    public void The_newest_within_bounds_is_loaded(long highest, int seconds, long to, string? expected) =>
        Assert.Equal(expected, LoadSnapshot(Name, new SnapshotSelectionCriteria(highest, Start.AddSeconds(seconds)), to)?.Snapshot);

    [Fact]
    public void Lower_bounds_count_too()
    {
        Assert.Null(LoadSnapshot(Name, new SnapshotSelectionCriteria(13, DateTime.MaxValue, minSequenceNr: 14)));
        Assert.Null(LoadSnapshot(Name, new SnapshotSelectionCriteria(13, DateTime.MaxValue, 0, Start.AddSeconds(4))));
    }

    [Fact]
    public void One_snapshot_is_deleted()
    {
        DeleteSnapshot(_saved[2]);
        Assert.Equal("s-2", LoadSnapshot(Name, new SnapshotSelectionCriteria(13))!.Snapshot);
        Assert.Equal("s-5", LoadSnapshot(Name)!.Snapshot);
    }

    [Fact]
    public void One_snapshot_is_deleted_whenever_it_was_made_if_no_time_is_said()
    {
        DeleteSnapshot(new SnapshotMetadata(IdOf(Name), 13, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc)));
        Assert.Equal("s-2", LoadSnapshot(Name, new SnapshotSelectionCriteria(13))!.Snapshot);
    }

    [Fact]
    public void A_snapshot_made_later_than_said_is_not_deleted()
    {
        DeleteSnapshot(new SnapshotMetadata(IdOf(Name), 13, _saved[2].Timestamp.AddTicks(-1)));
        Assert.Equal("s-3", LoadSnapshot(Name, new SnapshotSelectionCriteria(13))!.Snapshot);
    }

    [Fact]
    public void Snapshots_within_bounds_are_deleted()
    {
        DeleteSnapshots(Name, new SnapshotSelectionCriteria(13, _saved[2].Timestamp));
        Assert.Null(LoadSnapshot(Name, new SnapshotSelectionCriteria(13)));
        Assert.Equal("s-4", LoadSnapshot(Name, new SnapshotSelectionCriteria(14))!.Snapshot);
        ReopenAfterKill();
        Assert.Null(LoadSnapshot(Name, new SnapshotSelectionCriteria(13)));
    }

    [Fact]
    public void Snapshots_outside_the_bounds_of_time_are_kept()
    {
        DeleteSnapshots(Name, new SnapshotSelectionCriteria(14, _saved[3].Timestamp.AddTicks(-1)));
        Assert.Equal("s-4", LoadSnapshot(Name, new SnapshotSelectionCriteria(14))!.Snapshot);
    }

    [Fact]
    public void A_snapshot_of_the_same_sequence_number_takes_the_place_of_the_first()
    {
        SaveSnapshot(Name, 15, "modified", Start);
        Assert.Equal("modified", LoadSnapshot(Name, new SnapshotSelectionCriteria(15))!.Snapshot);
        DeleteSnapshot(new SnapshotMetadata(IdOf(Name), 15, DateTime.MinValue));
        Assert.Equal("s-4", LoadSnapshot(Name)!.Snapshot);
    }

    [Fact]
    public void A_snapshot_saved_again_after_its_deletion_is_there()
    {
        DeleteSnapshot(_saved[4]);
        SaveSnapshot(Name, 15, "again", Start);
        ReopenAfterKill();
        Assert.Equal("again", LoadSnapshot(Name)!.Snapshot);
    }

    [Fact]
    public void Large_snapshots_are_kept_whole()
    {
        var large = new byte[700_000];
        new Random(1).NextBytes(large);
        SaveSnapshot(Name, 100, large);
        Assert.Equal(large, LoadSnapshot(Name)!.Snapshot);
    }

    [Fact]
    public void Snapshots_survive_a_kill()
    {
        ReopenAfterKill();
        var loaded = LoadSnapshot(Name);
        Assert.Equal("s-5", loaded!.Snapshot);
        Assert.Equal(new SnapshotMetadata(IdOf(Name), 15, _saved[4].Timestamp), loaded.Metadata);
    }

    [Fact]
    public void A_snapshot_that_is_too_large_fails_and_the_next_one_does_not()
    {
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(IdOf(Name), 100, Start), new byte[2 * 1024 * 1024]), TestActor);
        ExpectMsg<SaveSnapshotFailure>(Patience);
        SaveSnapshot(Name, 101, "small");
        Assert.Equal("small", LoadSnapshot(Name)!.Snapshot);
    }

    [Fact]
    public void A_writer_of_an_older_epoch_fails()
    {
        var older = IdOf(Name);
        ReopenAfterKill();
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(older, 100, Start), "stale"), TestActor);
        Assert.IsType<MetadataLogNotOpenException>(ExpectMsg<SaveSnapshotFailure>(Patience).Cause);
        SnapshotStore.Tell(new LoadSnapshot(older, SnapshotSelectionCriteria.Latest, long.MaxValue), TestActor);
        Assert.IsType<MetadataLogNotOpenException>(ExpectMsg<LoadSnapshotFailed>(Patience).Cause);
        SnapshotStore.Tell(new DeleteSnapshots(older, SnapshotSelectionCriteria.Latest), TestActor);
        ExpectMsg<DeleteSnapshotsFailure>(Patience);
        Assert.Equal("s-5", LoadSnapshot(Name)!.Snapshot);
    }
}
