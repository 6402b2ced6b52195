using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

public sealed class MetadataJournalTests : MetadataPluginKit
{
    private const string Name = "broker-a";

    public MetadataJournalTests() => Write(Name, 1, 5);

    [Theory]
    [InlineData(1, long.MaxValue, long.MaxValue, 1, 5)] // all
    [InlineData(3, long.MaxValue, long.MaxValue, 3, 5)] // a lower bound
    [InlineData(1, 3, long.MaxValue, 1, 3)] // an upper bound
    [InlineData(1, long.MaxValue, 3, 1, 3)] // a count
    [InlineData(2, 3, long.MaxValue, 2, 3)]
    [InlineData(2, 5, 2, 2, 3)]
    [InlineData(2, 2, long.MaxValue, 2, 2)]
    [InlineData(2, 4, 1, 2, 2)]
    [InlineData(2, 4, 0, 1, 0)]
    [InlineData(3, 2, long.MaxValue, 1, 0)]
    [InlineData(6, long.MaxValue, long.MaxValue, 1, 0)]
    public void Events_are_replayed_within_bounds(long from, long to, long max, long first, long last)
    {
        var (events, highest) = Replay(Name, from, to, max);
        Assert.Equal(Numbers(first, last), events.Select(replayed => replayed.SequenceNr));
        Assert.All(events, replayed => Assert.Equal($"{Name}-{replayed.SequenceNr}", replayed.Payload));
        Assert.Equal(5, highest);
    }

    [Fact]
    public void An_unknown_persistence_id_has_no_events() => Assert.Equal(([], 0), (Replay("other").Events.ToArray(), Replay("other").Highest));

    [Fact]
    public void A_replayed_event_has_its_writer_time_and_the_id_that_asked()
    {
        var before = DateTime.UtcNow.AddMinutes(-1).Ticks;
        var replayed = Replay(Name).Events[0];
        Assert.Equal(("writer", IdOf(Name), string.Empty, false), (replayed.WriterGuid, replayed.PersistenceId, replayed.Manifest, replayed.IsDeleted));
        Assert.InRange(replayed.Timestamp, before, DateTime.UtcNow.Ticks);
        Assert.True(replayed.Sender is null || replayed.Sender.Equals(Sys.DeadLetters));
    }

    [Theory]
    [InlineData(3, 4, 5)]
    [InlineData(5, 1, 0)]
    [InlineData(long.MaxValue, 1, 0)]
    public void Deleted_events_are_not_replayed_and_sequence_numbers_go_on(long to, long first, long last)
    {
        DeleteEvents(Name, to);
        var (events, highest) = Replay(Name, from: 0);
        Assert.Equal(Numbers(first, last), events.Select(replayed => replayed.SequenceNr));
        Assert.Equal(5, highest);

        ReopenAfterKill();
        Assert.Equal(5, Replay(Name).Highest);
        Write(Name, 6, 7);
        Assert.Equal([.. Numbers(first, last), 6L, 7L], NumbersOf(Name));
    }

    [Fact]
    public void Deletions_are_published()
    {
        var subscriber = CreateTestProbe();
        Sys.EventStream.Subscribe(subscriber, typeof(DeleteMessagesTo));
        DeleteEvents(Name, 3);
        Assert.Equal(3, subscriber.ExpectMsg<DeleteMessagesTo>(Patience).ToSequenceNr);
    }

    [Fact]
    public void A_deletion_may_end_within_an_atomic_write()
    {
        WriteAtomically(6, 9);
        DeleteEvents(Name, 7);
        Assert.Equal([8L, 9L], NumbersOf(Name));
        ReopenAfterKill();
        Assert.Equal([8L, 9L], NumbersOf(Name));
        Assert.Equal([9L], NumbersOf(Name, from: 9));
    }

    [Fact]
    public void Several_atomic_writes_share_one_flush_and_keep_their_order()
    {
        var before = Records.Watermarks.FlushedOffset;
        Write(Name, 6, 105, perRequest: 100);
        Assert.Equal(before + 100, Records.Watermarks.FlushedOffset);
        Assert.Equal(Records.Watermarks.Appended, Records.Watermarks.Flushed);
        Assert.Equal(Numbers(1, 105), NumbersOf(Name));
    }

    [Fact]
    public void An_atomic_write_is_one_record()
    {
        var before = Records.Watermarks.AppendedOffset;
        WriteAtomically(6, 20);
        Assert.Equal(before + 1, Records.Watermarks.AppendedOffset);
        Assert.Equal([10L, 11L], NumbersOf(Name, from: 10, to: 11));
    }

    [Fact]
    public void Names_do_not_see_each_other()
    {
        Write("other", 1, 3);
        Write(Name, 6, 6);
        DeleteEvents("other", 1);
        Assert.Equal(Numbers(1, 6), NumbersOf(Name));
        Assert.Equal(Numbers(2, 3), NumbersOf("other"));
    }

    [Fact]
    public void An_event_that_can_not_be_serialized_is_rejected_and_the_others_are_written()
    {
        var probe = CreateTestProbe();
        Journal.Tell(new WriteMessages(
            [new AtomicWrite(EventOf(Name, 6)), new AtomicWrite(new Persistent(new NotSerializable(), 7, IdOf(Name))), new AtomicWrite(EventOf(Name, 8))], probe, 1));
        probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
        Assert.Equal(6, probe.ExpectMsg<WriteMessageSuccess>(Patience).Persistent.SequenceNr);
        Assert.Equal(7, probe.ExpectMsg<WriteMessageRejected>(Patience).Persistent.SequenceNr);
        Assert.Equal(8, probe.ExpectMsg<WriteMessageSuccess>(Patience).Persistent.SequenceNr);
        Assert.Equal([1, 2, 3, 4, 5, 6, 8], NumbersOf(Name));
    }

    [Fact]
    public void An_event_that_is_too_large_is_rejected()
    {
        var probe = CreateTestProbe();
        Journal.Tell(new WriteMessages([new AtomicWrite(new Persistent(new string('x', 2 * 1024 * 1024), 6, IdOf(Name)))], probe, 1));
        probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
        Assert.Contains("bytes", probe.ExpectMsg<WriteMessageRejected>(Patience).Cause.Message, StringComparison.Ordinal);
        Assert.Equal(5, Replay(Name).Highest);
    }

    [Fact]
    public void An_event_with_an_actor_in_it_comes_back_with_that_actor()
    {
        var probe = CreateTestProbe();
        Journal.Tell(new WriteMessages([new AtomicWrite(new Persistent(new WithActor(probe), 6, IdOf(Name)))], probe, 1));
        probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
        Assert.Equal(probe.Ref, Assert.IsType<WithActor>(Replay(Name, from: 6).Events[0].Payload).Actor);
    }

    [Fact]
    public void Metadata_events_are_stored_by_their_own_serializer()
    {
        var probe = CreateTestProbe();
        var happened = new MetadataEvents.TopicDeleted("Orders");
        Journal.Tell(new WriteMessages([new AtomicWrite(new Persistent(happened, 6, IdOf(Name)))], probe, 1));
        probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
        Assert.Equal(happened, Replay(Name, from: 6).Events[0].Payload);
        Assert.Contains("""{"topic":"Orders"}""", System.Text.Encoding.UTF8.GetString(LastRecord()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_an_event_adapter_comes_back()
    {
        var probe = CreateTestProbe();
        Journal.Tell(new WriteMessages([new AtomicWrite(new Persistent("adapted", 6, IdOf(Name), "manifest-1"))], probe, 1));
        probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
        var replayed = Replay(Name, from: 6).Events[0];
        Assert.Contains(replayed.Manifest, (string[])["manifest-1", string.Empty]); // Akka's identity adapter empties it before the journal sees it
    }

    [Fact]
    public void A_writer_of_an_older_epoch_fails_and_so_does_one_of_a_later_epoch()
    {
        var older = EventOf(Name, 6);
        ReopenAfterKill();
        AssertRefused(older);
        AssertRefused(new Persistent("early", 6, new MetadataPersistenceId(Name, Epoch.Next(1)).ToString()));
        AssertRefused(new Persistent("no epoch", 6, Name));
        Assert.Equal(Numbers(1, 5), NumbersOf(Name));
    }

    [Fact]
    public void A_closed_log_is_neither_written_nor_read()
    {
        Logs.Close(Name, Epoch);
        AssertRefused(EventOf(Name, 6));
        Journal.Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, IdOf(Name), TestActor));
        Assert.IsType<MetadataLogNotOpenException>(ExpectMsg<ReplayMessagesFailure>(Patience).Cause);
        Journal.Tell(new DeleteMessagesTo(IdOf(Name), 3, TestActor));
        Assert.IsType<MetadataLogNotOpenException>(ExpectMsg<DeleteMessagesFailure>(Patience).Cause);
    }

    [Fact]
    public void A_sequence_number_that_was_given_already_is_refused()
    {
        AssertRefused(EventOf(Name, 5));
        Assert.Equal(Numbers(1, 5), NumbersOf(Name));
    }

    private void AssertRefused(Persistent happened)
    {
        var probe = CreateTestProbe();
        Journal.Tell(new WriteMessages([new AtomicWrite(happened)], probe, 1));
        probe.ExpectMsg<WriteMessagesFailed>(Patience);
        probe.ExpectMsg<WriteMessageFailure>(Patience);
    }

    private void WriteAtomically(long from, long to)
    {
        var probe = CreateTestProbe();
        Journal.Tell(new WriteMessages([new AtomicWrite(Numbers(from, to).Select(number => (IPersistentRepresentation)EventOf(Name, number)).ToImmutableList())], probe, 1));
        probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
        foreach (var _ in Numbers(from, to))
        {
            probe.ExpectMsg<WriteMessageSuccess>(Patience);
        }
    }

    private byte[] LastRecord()
    {
        byte[] last = [];
        using var scanner = Records.Reader.Scan(0);
        foreach (var record in scanner)
        {
            last = record.Payload.ToArray();
        }

        return last;
    }

    /// <summary>The serializer of metadata knows it not.</summary>
    private sealed record NotSerializable : IMetadataEvent;

    private sealed record WithActor(IActorRef Actor);
}
