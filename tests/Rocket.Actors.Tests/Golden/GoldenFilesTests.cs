using System.Text;
using Rocket.Actors.Inspection;
using Rocket.Actors.Metadata;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Actors.Tests.Golden;

/// <summary>The files that each version wrote are read by this one, and this one still writes what it is said to write.</summary>
public sealed class GoldenFilesTests : IDisposable
{
    /// <summary>The newest folder of golden files. A new format gets a new version number in its files, and a new folder beside the older ones.</summary>
    private const string Newest = "0.4.0";

    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "golden");

    private readonly string _folder = Directory.CreateTempSubdirectory("rocket-golden-").FullName;

    public static TheoryData<string> Versions => [.. Directory.GetDirectories(Golden).Select(folder => Path.GetFileName(folder)!)];

    /// <summary>Those that have the files of a broker's copy, apart from its logs.</summary>
    public static TheoryData<string> VersionsWithCopies => [.. Directory.GetDirectories(Golden).Select(folder => Path.GetFileName(folder)!).Where(version => version is not ("0.1.0" or "0.2.0"))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void This_version_writes_the_newest_golden_files_byte_by_byte()
    {
        if (Environment.GetEnvironmentVariable("ROCKET_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            GoldenFiles.Write(Directory.CreateDirectory(Path.Combine(folder, "files")).FullName);
            return;
        }

        GoldenFiles.Write(_folder);
        Assert.Equal(Contents(Path.Combine(Golden, Newest, "files")), Contents(_folder));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Nothing_is_wrong_with_them_but_the_torn_tail(string version)
    {
        var tally = new InspectionTally();
        new FolderInspector(FileDirectory.ForReading(Path.Combine(Golden, version, "files"))).Inspect(tally, ["format", "node.lock"]);
        var finding = Assert.Single(tally.Findings);
        Assert.Equal(FindingSeverity.Note, finding.Severity);
        Assert.Contains($"offset {GoldenFiles.Messages}, the next start cuts {GoldenFiles.TornBytes} bytes", finding.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_message_is_read_by_offset_by_key_and_by_time(string version)
    {
        using var log = GoldenFiles.OpenQueueLog(CopyOf(version, "brokers/broker-a/queues/Orders@0"));
        Assert.Equal((0, GoldenFiles.Messages), (log.Watermarks.MinimumOffset, log.Watermarks.AppendedOffset));
        Assert.Equal((GoldenFiles.SecondEpoch.Value, GoldenFiles.TornBytes), (log.LastEpoch, log.Recovery.CutBytes));
        Assert.Equal((false, GoldenFiles.BootId), (log.Recovery.WasStoppedCleanly, log.Recovery.BootId));
        Assert.True(log.Segments.Count > 2);
        var entries = new IndexEntry[GoldenFiles.Messages];
        Assert.Equal(GoldenFiles.Messages, log.Reader.ReadIndex(0, entries));
        using var scanner = log.Reader.Scan(0);
        foreach (var record in scanner)
        {
            Assert.Equal((record.Offset < GoldenFiles.FirstOfSecondEpoch ? GoldenFiles.FirstEpoch : GoldenFiles.SecondEpoch).Value, record.Epoch);
            Assert.True(MessageView.TryRead(record.Payload.Span, out var message));
            AssertMessage(message, record.Offset, record.Position);
            Assert.Equal(JavaHash.OfUtf8(Encoding.UTF8.GetBytes(GoldenFiles.TagOf(record.Offset))), entries[record.Offset].TagHash);
            AssertFound(log, record.Offset, GoldenFiles.UniqueKeyOf(record.Offset));
            AssertFound(log, record.Offset, $"key-{record.Offset}");
            Assert.Equal(record.Offset, log.Reader.OffsetByTime(GoldenFiles.FirstTimestamp + record.Offset));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_metadata_add_up_to_what_they_were(string version)
    {
        using var log = GoldenFiles.OpenMetadataLog(CopyOf(version, "brokers/broker-a/metadata"));
        Assert.True(log.Watermarks.MinimumOffset > 0);
        Assert.True(log.Recovery.WasStoppedCleanly);
        var metadata = GoldenFiles.OpenMetadata(log, GoldenFiles.SecondEpoch.Next(0));
        Assert.True(metadata.TryLoadSnapshot(GoldenFiles.Broker, new(0, long.MaxValue, 0, long.MaxValue), out var snapshot, out var payload));
        Assert.Equal(9, snapshot.SequenceNr);
        var state = new MetadataState((MetadataSnapshot)MetadataPayload.Read(payload.Bytes, payload.Manifest));
        metadata.Replay(GoldenFiles.Broker, 10, long.MaxValue, long.MaxValue, (stored, _, _) =>
            state.Apply((IMetadataEvent)MetadataPayload.Read(stored.Payload.Bytes, stored.Payload.Manifest)));

        Assert.Equal(15, metadata.HighestSequenceNr(GoldenFiles.Broker));
        Assert.Equal(GoldenFiles.Config, Assert.Single(state.Topics.Values));
        Assert.Equal(GoldenFiles.GroupConfig, Assert.Single(state.Groups.Values));
        Assert.Equal(
            [new(GoldenFiles.Group, GoldenFiles.Topic, 0, 5), new(GoldenFiles.Group, GoldenFiles.Topic, 7, 9007199254740993)],
            state.OffsetsOf(GoldenFiles.Group));
        Assert.Empty(state.OffsetsOf("gone"));
        Assert.Equal([0, 3], state.OrdinalsOf(GoldenFiles.Topic, 0).Select(given => given.Ordinal));
        Assert.Equal(2, Assert.Single(state.OrdinalsOf(GoldenFiles.Topic, 1)).Ordinal);
        Assert.Equal(4, state.NextOrdinal);
        Assert.Equal(
            new QueueLock(GoldenFiles.Group, GoldenFiles.Topic, 1, "client-2", GoldenFiles.FirstTimestamp + 60_000),
            Assert.Single(state.LocksHeldIn(GoldenFiles.Group)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_placement_is_what_was_promised_and_accepted(string version)
    {
        var store = PlacementStore.Open(CopyOf(version, "placement"));
        Assert.Equal(3, store.StartCounter);
        Assert.Equal(["broker-a", "broker-b"], store.Brokers());
        Assert.Equal(GoldenFiles.Agreed, store.Read("broker-a"));
        Assert.Equal(GoldenFiles.OnlyPromised, store.Read("broker-b"));
    }

    [Theory]
    [MemberData(nameof(VersionsWithCopies))]
    public void What_a_copy_keeps_of_itself_is_what_it_was(string version)
    {
        var broker = CopyOf(version, "brokers/broker-a");
        Assert.Equal(GoldenFiles.SecondEpoch, FenceFile.Read(broker, GoldenFiles.Broker));
        var degraded = DegradedFile.Read(broker)!;
        Assert.Equal((GoldenFiles.Degraded.Epoch, string.Join(",", GoldenFiles.Degraded.LeftOut)), (degraded.Epoch, string.Join(",", degraded.LeftOut)));
        Assert.Equal(GoldenFiles.Power, PowerFile.Read(broker));
    }

    private static void AssertMessage(in MessageView message, long offset, long position)
    {
        Assert.Equal((offset, position, 0), (message.QueueOffset, message.PhysicalOffset, message.QueueId));
        Assert.Equal(GoldenFiles.BodyOf(offset), Encoding.UTF8.GetString(message.Body));
        Assert.True(message.BodyCrcMatches());
        Assert.Equal(GoldenFiles.Topic, Encoding.UTF8.GetString(message.Topic));
        Assert.Equal((7, GoldenFiles.FirstTimestamp + offset - 1, GoldenFiles.FirstTimestamp + offset), (message.Flag, message.BornTimestamp, message.StoreTimestamp));
        Assert.Equal((40_000, 10_911), (message.BornPort, message.StorePort));
        Assert.Equal([10, 0, 0, 5], message.StoreHost.ToArray());
        var properties = MessageProperties.Decode(message.Properties);
        Assert.Equal((GoldenFiles.TagOf(offset), GoldenFiles.UniqueKeyOf(offset)), (properties["TAGS"], properties["UNIQ_KEY"]));
    }

    private static void AssertFound(RecordLog log, long offset, string key)
    {
        var found = new long[3];
        Assert.Equal(1, log.Reader.FindByKey(KeyHash.Of(Encoding.UTF8.GetBytes(key)), 0, long.MaxValue, found));
        Assert.Equal(offset, found[0]);
    }

    /// <summary>A copy: reading by the classes that a node uses cuts the torn tail and counts a start.</summary>
    private FileDirectory CopyOf(string version, string folder)
    {
        var to = Path.Combine(_folder, folder);
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(Path.Combine(Golden, version, "files", folder)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return new FileDirectory(to, 16);
    }

    private static IEnumerable<string> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(folder, file)} {Convert.ToHexString(File.ReadAllBytes(file))}");
}
