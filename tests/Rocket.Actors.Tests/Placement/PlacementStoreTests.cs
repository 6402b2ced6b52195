using System.Buffers.Binary;
using CsCheck;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class PlacementStoreTests
{
    private static readonly AcceptorState First = AcceptorState.Empty.OnAccept(Ballot.None.Next(0), PlacementValues.Of(1)).Next;
    private static readonly AcceptorState Second = First.OnPrepare(First.Promised.Next(3)).Next;

    private static readonly Gen<string> Name = Gen.Char["ab-@.%/ü|"].Array[1, 6].Select(chars => new string(chars));

    private static readonly Gen<BrokerPlacement?> AnyPlacement = Gen.Select(
        Gen.Long[0, long.MaxValue], Gen.Long, Gen.Null(Name), Name.Array[0, 4], Gen.Null(Name),
        (epoch, version, master, inSync, wanted) => (BrokerPlacement?)new BrokerPlacement(new Epoch(epoch), version, master, BrokerPlacement.Nodes(inSync), wanted));

    [Fact]
    public void Every_state_of_every_broker_is_read_back() =>
        Gen.Select(Name, Gen.Long, Gen.Long, Gen.OneOf(AnyPlacement, Gen.Const((BrokerPlacement?)null))).Sample((broker, promised, accepted, value) =>
        {
            var directory = new CrashDirectory();
            var state = new AcceptorState(new Ballot(promised), new Ballot(accepted), value);
            PlacementStore.Open(directory).Write(broker, state);
            var reopened = PlacementStore.Open(directory);
            Assert.Equal(state, reopened.Read(broker));
            Assert.Equal([broker], reopened.Brokers());
        });

    [Fact]
    public void A_broker_without_a_file_has_promised_nothing()
    {
        var store = PlacementStore.Open(new CrashDirectory());
        Assert.Equal(AcceptorState.Empty, store.Read("broker-a"));
        Assert.Empty(store.Brokers());
    }

    [Fact]
    public void Who_is_gone_by_a_persons_word_is_known_after_a_power_cut_until_it_is_back()
    {
        var directory = new CrashDirectory();
        var store = PlacementStore.Open(directory);
        Assert.Null(store.VotedOut);
        store.WriteVotedOut("node1");
        var cut = directory.AfterPowerCut(new Random(1));
        store = PlacementStore.Open(cut);
        Assert.Equal("node1", store.VotedOut);
        Assert.Empty(store.Brokers());
        store.WriteVotedOut(null);
        Assert.Null(PlacementStore.Open(cut.AfterPowerCut(new Random(2))).VotedOut);
    }

    [Fact]
    public void Which_copies_are_doubtful_is_known_after_a_power_cut_until_none_is()
    {
        var directory = new CrashDirectory();
        var store = PlacementStore.Open(directory);
        Assert.Empty(store.Doubtful);
        store.WriteDoubtful("broker-b", "broker-a");
        var cut = directory.AfterPowerCut(new Random(1));
        store = PlacementStore.Open(cut);
        Assert.Equal(["broker-a", "broker-b"], store.Doubtful);
        Assert.Empty(store.Brokers());
        store.WriteDoubtful();
        Assert.Empty(PlacementStore.Open(cut.AfterPowerCut(new Random(2))).Doubtful);
    }

    [Fact]
    public void The_start_counter_rises_with_every_start()
    {
        var directory = new CrashDirectory();
        Assert.Equal(1, PlacementStore.Open(directory).StartCounter);
        Assert.Equal(2, PlacementStore.Open(directory).StartCounter);
        Assert.Equal(3, PlacementStore.Open(directory.AfterPowerCut(new Random(1))).StartCounter);
    }

    [Fact]
    public void A_power_cut_at_any_step_leaves_the_old_state_or_the_new_one_and_the_new_one_once_it_was_reported() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int).Sample((failAfter, seed) =>
        {
            var directory = new CrashDirectory();
            var store = PlacementStore.Open(directory);
            store.Write("broker-a", First);
            directory.FailFrom = directory.Steps + failAfter;
            var reported = true;
            try
            {
                store.Write("broker-a", Second);
            }
            catch (IOException)
            {
                reported = false;
            }

            var reopened = PlacementStore.Open(directory.AfterPowerCut(new Random(seed)));
            Assert.Equal(2, reopened.StartCounter);
            Assert.Contains(reopened.Read("broker-a"), reported ? [Second] : (AcceptorState[])[First, Second]);
            reopened.Write("broker-a", Second);
            Assert.Equal(Second, reopened.Read("broker-a"));
        });

    [Fact]
    public void A_write_that_the_disk_refused_can_be_repeated()
    {
        var directory = new CrashDirectory();
        var store = PlacementStore.Open(directory);
        directory.FailFrom = directory.Steps + 1;
        Assert.Throws<IOException>(() => store.Write("broker-a", First));
        directory.FailFrom = int.MaxValue;
        store.Write("broker-a", Second);
        Assert.Equal(Second, PlacementStore.Open(directory.AfterPowerCut(new Random(1))).Read("broker-a"));
    }

    [Fact]
    public void Every_flipped_bit_and_every_shorter_file_is_refused_by_name()
    {
        var directory = new CrashDirectory();
        var store = PlacementStore.Open(directory);
        store.Write("broker-a", Second);
        var good = directory.BytesOf("broker-a");
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(directory, store, "broker-a", bad);
        }

        for (var length = 0; length < good.Length; length++)
        {
            AssertRefused(directory, store, "broker-a", good[..length]);
        }

        AssertRefused(directory, store, "broker-a", [.. good, 0]);
    }

    [Fact]
    public void A_file_of_another_broker_is_refused()
    {
        var directory = new CrashDirectory();
        var store = PlacementStore.Open(directory);
        store.Write("broker-a", First);
        directory.SetBytes("broker-b", directory.BytesOf("broker-a"));
        var refused = Assert.Throws<DamagedPlacementException>(() => store.Read("broker-b"));
        Assert.Contains("broker-a", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_start_counter_is_no_register_and_no_register_a_start_counter()
    {
        var directory = new CrashDirectory();
        PlacementStore.Open(directory).Write("broker-a", First);
        directory.SetBytes("@voter", directory.BytesOf("broker-a"));
        Assert.Contains("@voter", Assert.Throws<DamagedPlacementException>(() => PlacementStore.Open(directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_with_both_versions()
    {
        var directory = new CrashDirectory();
        var store = PlacementStore.Open(directory);
        store.Write("broker-a", First);
        var newer = (byte[])directory.BytesOf("broker-a").Clone();
        BinaryPrimitives.WriteUInt16BigEndian(newer.AsSpan(4), 2);
        directory.SetBytes("broker-a", newer);
        var refused = Assert.Throws<NewerFormatException>(() => store.Read("broker-a"));
        Assert.Equal((2, "/memory/placement/broker-a"), (refused.Version, refused.File));
    }

    [Fact]
    public void Registers_without_a_start_counter_are_refused()
    {
        var directory = new CrashDirectory();
        PlacementStore.Open(directory).Write("broker-a", First);
        directory.Delete("@voter");
        Assert.Throws<DamagedPlacementException>(() => PlacementStore.Open(directory));
    }

    [Fact]
    public void What_a_crash_left_unfinished_is_removed()
    {
        var directory = new CrashDirectory();
        PlacementStore.Open(directory);
        directory.SetBytes("broker-a@new", [1, 2, 3]);
        Assert.Empty(PlacementStore.Open(directory).Brokers());
        Assert.False(directory.Exists("broker-a@new"));
    }

    [Fact]
    public void It_works_on_a_real_folder()
    {
        var path = Directory.CreateTempSubdirectory("rocket-placement-").FullName;
        try
        {
            var store = PlacementStore.Open(new FileDirectory(path, 4));
            store.Write("broker-a", First);
            store.Write("broker-a", Second);
            var reopened = PlacementStore.Open(new FileDirectory(path, 4));
            Assert.Equal((2, Second), (reopened.StartCounter, reopened.Read("broker-a")));
            Assert.Equal(["@voter", "broker-a"], Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void The_layout_on_disk_is_this_one()
    {
        var directory = new CrashDirectory();
        var value = new BrokerPlacement(new Epoch(0x201), 7, "n1", BrokerPlacement.Nodes("n2", "n1"), null);
        PlacementStore.Open(directory, () => 0x1122).Write("b", new AcceptorState(new Ballot(0x302), new Ballot(0x100), value));
        Assert.Equal(
            "524B5450" + "0001" + "0001" + "0000000000000302" + "0000000000000100" + "000162"
            + "01" + "0000000000000201" + "0000000000000007" + "00026E31" + "FFFF" + "0002" + "00026E31" + "00026E32",
            Convert.ToHexString(directory.BytesOf("b").AsSpan(..^4)));
        Assert.Equal(
            "524B5450" + "0002" + "0002" + "0000000000000001" + "00" + "0001" + "0000000000001122" + "0000",
            Convert.ToHexString(directory.BytesOf("@voter").AsSpan(..^4)));

        var store = PlacementStore.Open(directory, () => 0x3344);
        var others = store.Record.Others.Add("n2", new VoterMemory(new VoterStart(7, 0x55), Highest: 9, EverVoted: true));
        store.WriteRecord(store.Record with { Votes = true, Others = others });
        Assert.Equal(
            "524B5450" + "0002" + "0002" + "0000000000000002" + "01" + "0002" + "0000000000001122" + "0000000000003344"
            + "0001" + "00026E32" + "0000000000000007" + "0000000000000055" + "0000000000000009" + "01",
            Convert.ToHexString(directory.BytesOf("@voter").AsSpan(..^4)));
        Assert.Equal(store.Record.Started(1), PlacementStore.Open(directory, () => 1).Record);
    }

    [Fact]
    public void A_record_of_the_first_version_is_one_of_a_voter_that_votes()
    {
        var directory = new CrashDirectory();
        PlacementFile.Replace(directory, "@voter", 2, [0, 0, 0, 0, 0, 0, 0, 9]);
        var record = PlacementStore.Open(directory, () => 5).Record;
        Assert.Equal((10, true), (record.Starts, record.Votes));
        Assert.Equal(5, Assert.Single(record.Incarnations));
        Assert.True(record.Remembers(new VoterStart(8, 1)), "starts that were not noted one by one pass");
    }

    [Fact]
    public void A_start_is_remembered_by_its_count_and_its_number()
    {
        var record = VoterRecord.Empty.Started(11).Started(22).Started(33);
        Assert.True(record.Remembers(new VoterStart(1, 11)) && record.Remembers(new VoterStart(3, 33)));
        Assert.False(record.Remembers(new VoterStart(2, 33)), "another start of that count");
        Assert.False(record.Remembers(new VoterStart(4, 44)), "a start that is yet to come");
        for (var starts = 0; starts < VoterRecord.MaxIncarnations; starts++)
        {
            record = record.Started(1000 + starts);
        }

        Assert.Equal(VoterRecord.MaxIncarnations, record.Incarnations.Length);
        Assert.True(record.Remembers(new VoterStart(3, 999)), "too long ago to tell");
        Assert.False(record.Remembers(new VoterStart(4, 999)));
    }

    [Fact]
    public void A_damaged_record_is_refused_by_name()
    {
        var directory = new CrashDirectory();
        PlacementFile.Replace(directory, "@voter", 2, [0, 0, 0, 0, 0, 0, 0, 9, 2]);
        Assert.Contains("@voter", Assert.Throws<DamagedPlacementException>(() => PlacementStore.Open(directory)).Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(CrashDirectory directory, PlacementStore store, string broker, byte[] bytes)
    {
        directory.SetBytes(broker, bytes);
        var refused = Assert.ThrowsAny<Exception>(() => store.Read(broker));
        Assert.True(refused is DamagedPlacementException or NewerFormatException, refused.ToString());
        Assert.Contains($"/memory/placement/{broker}", refused.Message, StringComparison.Ordinal);
    }
}
