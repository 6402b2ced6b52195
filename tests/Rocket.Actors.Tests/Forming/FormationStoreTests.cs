using CsCheck;
using Rocket.Actors.Forming;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Tests.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Forming;

public sealed class FormationStoreTests
{
    private static readonly FormationRecord Record = new(new Ballot(0x302), new FormationGrant("n1", 0x11, new Ballot(0x301)));

    public static TheoryData<string, FormationMessage> Messages => new()
    {
        { "01010000000000000302", new FormationRequest(new Ballot(0x302)) },
        { "01020000000000000302", new FormationGranted(new Ballot(0x302)) },
        { "010300000000000003020000000000000401", new FormationDenied(new Ballot(0x302), new Ballot(0x401)) },
        { "01040000000000000302", new FormationWithdrawn(new Ballot(0x302)) },
    };

    [Fact]
    public void Nothing_was_kept_at_first_and_what_is_kept_survives_a_power_cut()
    {
        var directory = new CrashDirectory();
        Assert.Equal(FormationRecord.Forgotten, new FormationStore(directory).Read());
        new FormationStore(directory).Write(Record);
        Assert.Equal(Record, new FormationStore(directory.AfterPowerCut(new Random(1))).Read());
        new FormationStore(directory).Write(FormationRecord.Forgotten);
        Assert.Equal(FormationRecord.Forgotten, new FormationStore(directory.AfterPowerCut(new Random(1))).Read());
        new FormationStore(directory).Write(Record with { Grant = null });
        Assert.Equal(Record with { Grant = null }, new FormationStore(directory.AfterPowerCut(new Random(1))).Read());
    }

    [Fact]
    public void The_layout_on_disk_is_this_one()
    {
        var directory = new CrashDirectory();
        new FormationStore(directory).Write(Record);
        Assert.Equal(
            "524B5450" + "0001" + "0004" + "0000000000000302" + "01" + "00026E31" + "0000000000000011" + "0000000000000301",
            Convert.ToHexString(directory.BytesOf("@formation").AsSpan(..^4)));
    }

    [Fact]
    public void A_damaged_file_is_refused_by_name()
    {
        var directory = new CrashDirectory();
        new FormationStore(directory).Write(Record);
        var bytes = directory.BytesOf("@formation");
        bytes[12] ^= 1;
        directory.SetBytes("@formation", bytes);
        Assert.Contains("@formation", Assert.Throws<DamagedPlacementException>(() => new FormationStore(directory).Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_bytes_of_a_message_are_these(string hex, FormationMessage message)
    {
        Assert.Equal(hex, Convert.ToHexString(FormationCodec.ToBytes(message)));
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(message, FormationCodec.Read(bytes));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<LinkViolationException>(() => FormationCodec.Read(bytes.AsSpan(0, length)));
        }

        Assert.Throws<LinkViolationException>(() => FormationCodec.Read([.. bytes, 0]));
    }

    [Fact]
    public void Any_bytes_are_a_message_or_a_violation() => Gen.Byte.Array[0, 30].Sample(bytes =>
    {
        try
        {
            FormationCodec.Read(bytes);
        }
        catch (LinkViolationException)
        {
            // Noticed; nothing else may come out.
        }
    });
}
