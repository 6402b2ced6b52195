using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Journal;
using Rocket.Benchmarks.Load;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Tests.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.TestClient.Tests.Load;

public sealed class JournalTests : IDisposable
{
    private static readonly TargetQueue Queue = new(0, "b", "127.0.0.1:1", 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("rocket-journal-").FullName;

    private string Journal => Path.Combine(_folder, "journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_journal_that_is_cut_anywhere_keeps_its_whole_records_and_goes_on()
    {
        Write(3);
        var whole = File.ReadAllBytes(Journal);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Journal, whole[..length]);
            var left = JournalReader.Read(Journal).Queues.Values.Sum(sends => sends.Count);

            Write(2);

            Assert.Equal(left + 2, JournalReader.Read(Journal).Queues.Values.Sum(sends => sends.Count));
        }
    }

    [Fact]
    public void A_journal_of_another_topic_is_refused()
    {
        Write(1);

        Assert.Throws<UsageException>(() => JournalWriter.Open(Journal, "other", [Queue]));
    }

    [Fact]
    public void A_file_that_is_no_journal_is_refused()
    {
        File.WriteAllText(Journal, "hello");

        Assert.Throws<UsageException>(() => JournalReader.Read(Journal));
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void The_ids_of_a_batch_are_noted_one_by_one(SerializeType type)
    {
        using (var writer = JournalWriter.Open(Journal, "T", [Queue]))
        {
            var buffer = new JournalBuffer(writer, 7);
            var frame = FrameEncoder.ToArray(
                new RemotingCommand
                {
                    Code = 0,
                    Fields = new HeaderFields { { "msgId", "7F00000100002A9F00000000000000FF,7F00000100002A9F0000010000000000" }, { "queueOffset", 41 } },
                },
                type);
            buffer.Confirm(0, 10, frame.AsSpan(FrameLayout.PrefixBytes, FrameDecoder.HeaderLength(frame)), type);
            buffer.Flush();
        }

        Assert.Equal(
            [new ConfirmedSend(7, 10, 41, 255), new ConfirmedSend(7, 11, 42, 1L << 40)],
            JournalReader.Read(Journal).Queues[new JournalQueue("b", 3)]);
    }

    [Fact]
    public void Messages_behind_later_ones_of_the_same_producer_are_out_of_order()
    {
        var check = new QueueCheck("q", [new ConfirmedSend(1, 1, 0, 100), new ConfirmedSend(1, 0, 1, 200)], 0);
        check.Take(Message(0, 100, 1));
        check.Take(Message(1, 200, 0));

        var verdict = check.Finish();

        Assert.Equal((1L, 0L), (verdict.OutOfOrder, verdict.Lost));
        Assert.False(verdict.IsGood(anyOrder: false));
        Assert.True(verdict.IsGood(anyOrder: true));
    }

    [Fact]
    public void Unconfirmed_and_foreign_messages_are_no_fault()
    {
        var check = new QueueCheck("q", [new ConfirmedSend(1, 0, 1, 200)], 0);
        check.Take(StoredMessage.DecodeAll(StoredRecord.Write(1, false, "hello"u8, "T", "", queueOffset: 0))[0]);
        check.Take(Message(1, 200, 0));
        check.Take(Message(2, 300, 1));

        var verdict = check.Finish();

        Assert.Equal((1L, 1L, 3L), (verdict.Foreign, verdict.Unconfirmed, verdict.Read));
        Assert.True(verdict.IsGood(anyOrder: false));
    }

    [Fact]
    public void An_offset_given_to_two_sends_and_a_gap_are_faults()
    {
        var twice = new QueueCheck("q", [new ConfirmedSend(1, 0, 0, 100), new ConfirmedSend(1, 1, 0, 100)], 0);
        twice.Take(Message(0, 100, 0));
        Assert.Equal((1L, 1L), (twice.Finish().Broken, twice.Verdict.Lost));

        var gap = new QueueCheck("q", [], 0);
        gap.Take(Message(0, 100, 0));
        gap.Take(Message(2, 300, 1));
        Assert.Equal(1, gap.Finish().Broken);
    }

    private static StoredMessage Message(long offset, long physicalOffset, long sequence)
    {
        var body = new byte[BodyStamp.Length];
        new BodyStamp(1, sequence, 0).Write(body);
        return StoredMessage.DecodeAll(StoredRecord.Write(1, false, body, "T", "", queueOffset: offset, physicalOffset: physicalOffset))[0];
    }

    private void Write(int sends)
    {
        using var writer = JournalWriter.Open(Journal, "T", [Queue]);
        var buffer = new JournalBuffer(writer, writer.Run << JournalFormat.ConnectionBits);
        var frame = FrameEncoder.ToArray(
            new RemotingCommand { Code = 0, Fields = new HeaderFields { { "msgId", "7F00000100002A9F00000000000000FF" }, { "queueOffset", 1 } } });
        for (var sequence = 0; sequence < sends; sequence++)
        {
            buffer.Confirm(0, sequence, frame.AsSpan(FrameLayout.PrefixBytes, FrameDecoder.HeaderLength(frame)), SerializeType.Json);
        }

        buffer.Flush();
    }
}
