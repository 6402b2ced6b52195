using Akka.Persistence;
using CsCheck;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>Random histories of both plugins, with kills and compaction in between, against what a list and a dictionary would hold.</summary>
public sealed class MetadataModelTests() : MetadataPluginKit(segmentSize: 2048)
{
    private static readonly Gen<(Act Act, int Argument)> Step = Gen.Select(
        Gen.Frequency((6, Act.Write), (2, Act.DeleteEvents), (2, Act.SaveSnapshot), (1, Act.DeleteSnapshots), (1, Act.Kill)),
        Gen.Int[0, 20]);

    private int _names;

    private enum Act
    {
        Write,
        DeleteEvents,
        SaveSnapshot,
        DeleteSnapshots,
        Kill,
    }

    [Fact]
    public void Any_history_leaves_what_a_model_holds() => Step.Array[1, 25].Sample(Play, iter: 40, threads: 1);

    private void Play((Act Act, int Argument)[] steps)
    {
        var name = $"name-{++_names}";
        var (highest, deletedTo) = (0L, 0L);
        SortedDictionary<long, string> snapshots = [];
        foreach (var (act, argument) in steps)
        {
            switch (act)
            {
                case Act.Write:
                    Write(name, highest + 1, highest + argument);
                    highest += argument;
                    break;
                case Act.DeleteEvents:
                    DeleteEvents(name, Math.Max(1, highest - argument));
                    deletedTo = Math.Max(deletedTo, Math.Min(highest, Math.Max(1, highest - argument)));
                    break;
                case Act.SaveSnapshot:
                    SaveSnapshot(name, highest, $"{name} {argument} at {highest}");
                    snapshots[highest] = $"{name} {argument} at {highest}";
                    break;
                case Act.DeleteSnapshots:
                    DeleteSnapshots(name, new SnapshotSelectionCriteria(Math.Max(0, highest - argument)));
                    foreach (var gone in snapshots.Keys.Where(number => number <= Math.Max(0, highest - argument)).ToArray())
                    {
                        snapshots.Remove(gone);
                    }

                    break;
                case Act.Kill:
                    ReopenAfterKill();
                    break;
            }

            var (events, found) = Replay(name, from: 0);
            Assert.Equal(Numbers(deletedTo + 1, highest), events.Select(replayed => replayed.SequenceNr));
            Assert.All(events, replayed => Assert.Equal($"{name}-{replayed.SequenceNr}", replayed.Payload));
            Assert.Equal(highest, found);
            Assert.Equal(snapshots.Count == 0 ? null : snapshots.Last().Value, LoadSnapshot(name)?.Snapshot);
        }

        // Nothing of this name may hold the segments of the next ones back.
        DeleteEvents(name, long.MaxValue);
        DeleteSnapshots(name, SnapshotSelectionCriteria.Latest);
    }
}
