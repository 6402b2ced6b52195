using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Tests.Metadata.Journal;
using Rocket.Actors.Topics;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Actors.Tests.Metadata;

/// <summary>The persistent actor of a broker on the real plugins and real files.</summary>
public sealed class MetadataActorTests(ITestOutputHelper output) : MetadataPluginKit(segmentSize: 8 << 20, maxRecordSize: 256 << 20, flush: false)
{
    private const int Groups = 100;
    private const int Topics = 10;
    private const int Queues = 80;
    private const long MiB = 1 << 20;

    [Fact]
    public void Ordinals_are_given_in_order_each_after_it_is_durable()
    {
        var metadata = Recovered(out _);
        var orders = new QueueId("Orders", 0);
        var others = new QueueId("Others", 3);
        foreach (var queue in (QueueId[])[orders, others, orders])
        {
            metadata.Tell(new MetadataProtocol.AssignOrdinal(queue), TestActor);
        }

        Assert.Equal(new QueueProtocol.OrdinalGranted(orders, 0), ExpectMsg<QueueProtocol.OrdinalGranted>(Patience));
        Assert.Equal(new QueueProtocol.OrdinalGranted(others, 1), ExpectMsg<QueueProtocol.OrdinalGranted>(Patience));
        Assert.Equal(new QueueProtocol.OrdinalGranted(orders, 2), ExpectMsg<QueueProtocol.OrdinalGranted>(Patience));

        metadata.Tell(new MetadataProtocol.QueryOrdinals(orders), TestActor);
        Assert.Equal([0, 2], ExpectMsg<MetadataProtocol.OrdinalsFound>(Patience).Ordinals);
        ReopenAfterKill();
        Recovered(out var snapshot);
        Assert.Equal([0, 1L << 40], snapshot.Ordinals.Where(given => given.Topic == "Orders").Select(given => given.BasePosition));
    }

    [Fact]
    public void When_all_ordinals_are_used_up_nothing_is_journalled_that_could_not_be_read_again()
    {
        SaveSnapshot("broker-a", 1, new MetadataSnapshot([], [], [], QueueOrdinal.MaxOrdinal, [], []));
        var metadata = Recovered(out _);
        metadata.Tell(new MetadataProtocol.AssignOrdinal(new QueueId("Orders", 0)), TestActor);
        Assert.Equal(QueueOrdinal.MaxOrdinal, ExpectMsg<QueueProtocol.OrdinalGranted>(Patience).Ordinal);
        metadata.Tell(new MetadataProtocol.AssignOrdinal(new QueueId("Orders", 1)), TestActor);
        Assert.Equal(1, ExpectMsg<QueueProtocol.OrdinalRefused>(Patience).Id.Number);
        ReopenAfterKill();
        Recovered(out var snapshot);
        Assert.Single(snapshot.Ordinals);
    }

    [Fact]
    public void A_lock_that_is_renewed_for_longer_than_its_first_expiry_survives_a_snapshot()
    {
        var metadata = Recovered(out _);
        Persist(metadata, new MetadataEvents.LockGranted("g", "Orders", 0, "c1", Expiry: 1));
        CommitUntilSnapshot(metadata);
        ReopenAfterKill();
        Recovered(out var snapshot);
        Assert.Equal("c1", Assert.Single(snapshot.Locks).ClientId);
    }

    [Fact]
    public void A_stop_comes_behind_everything_that_is_being_written()
    {
        var metadata = Recovered(out _);
        Watch(metadata);
        for (var number = 0; number < 100; number++)
        {
            metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.TopicChanged(new TopicConfig($"T{number}", 1, 1, 6, 0, false))), TestActor);
        }

        metadata.Tell(MetadataProtocol.StopMetadata.Instance);
        for (var number = 0; number < 100; number++)
        {
            ExpectMsg<MetadataProtocol.Persisted>(Patience);
        }

        ExpectTerminated(metadata, Patience);
    }

    /// <summary>
    /// Events of 800 offsets: 5 000 of them would be 50 MiB. <c>ROCKET_OFFSET_COMMITS=n</c> commits n offsets.
    /// </summary>
    [Fact]
    public void However_many_offsets_are_committed_the_log_stays_small()
    {
        var commits = long.Parse(Environment.GetEnvironmentVariable("ROCKET_OFFSET_COMMITS") ?? "4000000", CultureInfo.InvariantCulture);
        var metadata = Recovered(out _);
        var (peak, written, started) = (0L, 0L, Stopwatch.GetTimestamp());
        for (long committed = 0, round = 1; committed < commits; round++)
        {
            var before = OpenLog.End;
            CommitRound(metadata, round);
            committed += Groups * Topics * Queues;
            written += OpenLog.End - before;
            peak = Math.Max(peak, OpenLog.Bytes);
        }

        output.WriteLine($"{commits} commits, {written / MiB} MiB written in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s; "
            + $"the log had {peak / MiB} MiB at most, its last snapshot {OpenLog.SnapshotBytes / (double)MiB:F1} MiB");
        Assert.True(peak < 32 * MiB, $"{peak / MiB} MiB");
        Assert.True(written > 40 * MiB, $"Only {written / MiB} MiB were written: that proves nothing.");

        Kill(metadata);
        var reopening = Stopwatch.GetTimestamp();
        ReopenAfterKill();
        Recovered(out var snapshot);
        output.WriteLine($"recovered in {Stopwatch.GetElapsedTime(reopening).TotalMilliseconds:F0} ms");
        Assert.Equal(Groups * Topics * Queues, snapshot.CommittedOffsets.Count());
    }

    /// <summary>What each group commits in a round: offsets that grow as they do in life.</summary>
    private static MetadataEvents.OffsetsCommitted Commit(int group, long round)
    {
        var offsets = new CommittedOffset[Topics * Queues];
        for (var index = 0; index < offsets.Length; index++)
        {
            offsets[index] = new CommittedOffset($"consumer-group-{group}", $"Topic-{index / Queues}", index % Queues, (round * 100_000) + index);
        }

        return new MetadataEvents.OffsetsCommitted(offsets);
    }

    private void CommitUntilSnapshot(IActorRef metadata)
    {
        for (var round = 1; OpenLog.SnapshotBytes == 0; round++)
        {
            CommitRound(metadata, round);
        }
    }

    /// <summary>Every group commits its offsets once.</summary>
    private void CommitRound(IActorRef metadata, long round)
    {
        for (var group = 0; group < Groups; group++)
        {
            metadata.Tell(new MetadataProtocol.Persist(Commit(group, round)), TestActor);
        }

        for (var group = 0; group < Groups; group++)
        {
            ExpectMsg<MetadataProtocol.Persisted>(Patience);
        }
    }

    private void Persist(IActorRef metadata, IMetadataEvent happened)
    {
        metadata.Tell(new MetadataProtocol.Persist(happened), TestActor);
        ExpectMsg<MetadataProtocol.Persisted>(Patience);
    }

    private void Kill(IActorRef metadata)
    {
        Watch(metadata);
        metadata.Tell(PoisonPill.Instance);
        ExpectTerminated(metadata, Patience);
    }

    private IActorRef Recovered(out MetadataSnapshot snapshot)
    {
        var parent = CreateTestProbe();
        var log = OpenLog;
        var metadata = parent.ChildActorOf(Props.Create(() => new MetadataActor(log, () => true, TimeProvider.System)));
        snapshot = parent.ExpectMsg<MetadataProtocol.Recovered>(Patience).Snapshot;
        return metadata;
    }
}
