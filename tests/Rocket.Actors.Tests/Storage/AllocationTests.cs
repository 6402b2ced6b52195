using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class AllocationTests
{
    private const int Rounds = 100;

    /// <summary>What the runtime itself allocates for a write to a file, of which a batch takes three.</summary>
    private const int RuntimeBytesPerBatch = 3 * 24;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Appending_allocates_nothing_for_a_record(int records)
    {
        using var scenario = new LogScenario();
        using var batch = new LogBatch();
        var payload = LogScenario.Payload(0, size: 1024);
        Assert.InRange(AllocatedBy(Append), 0, Rounds * RuntimeBytesPerBatch);

        void Append()
        {
            ReadOnlySpan<ulong> keys = [1, 2];
            batch.Begin(scenario.Log, 1);
            for (var i = 0; i < records; i++)
            {
                batch.Add(payload);
                batch.Seal(1, LogScenario.FirstTimestamp, keys);
            }

            scenario.Log.Append(batch);
            batch.Clear();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void Reading_allocates_nothing(int room)
    {
        using var scenario = new LogScenario();
        scenario.Append(64, size: 1024);
        var entries = new IndexEntry[32];
        var payloads = new byte[32 * (1024 + room)];
        Assert.Equal(0, AllocatedBy(Read));

        void Read()
        {
            for (var offset = 0; offset < 64; offset += 32)
            {
                if (scenario.Reader.ReadIndex(offset, entries) != 32)
                {
                    Assert.Fail("entries are missing");
                }

                scenario.Reader.ReadPayloads(entries, payloads);
            }

            scenario.Reader.OffsetByTime(LogScenario.FirstTimestamp + 40);
        }
    }

    [Fact]
    public void A_cleared_batch_holds_no_memory()
    {
        using var scenario = new LogScenario();
        using var batch = new LogBatch();
        batch.Begin(scenario.Log, 1);
        batch.Add(LogScenario.Payload(0, 100_000));
        batch.Seal(0, 0, []);
        Assert.Equal(100_016, batch.Bytes);
        Assert.Equal(100_016, batch.Records.Length);
        batch.Clear();
        Assert.Equal(0, batch.Count);
        Assert.Equal(0, batch.Bytes);
        Assert.True(batch.Records.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => batch.Add(1));
    }

    private static long AllocatedBy(Action round)
    {
        for (var i = 0; i < Rounds; i++)
        {
            round();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            round();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
