using CsCheck;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Routing;
using Rocket.Actors.Wire;
using Xunit;

namespace Rocket.Actors.Tests.KeyValues;

public sealed class KeyValueCodecTests
{
    private static readonly Gen<KeyValueEntry> Entries = Gen.Select(
        Gen.String, Gen.String, Gen.Bool, Gen.String, Gen.Long, (space, key, deleted, value, version) =>
            new KeyValueEntry(Sound(space), Sound(key), deleted ? null : Sound(value), version, "broker-a"));

    [Fact]
    public void A_share_is_read_back_as_it_was() => Gen.Select(Entries.Array[0, 20], Gen.Long[1, long.MaxValue], Gen.Int[0, KeyValueShare.Count - 1]).Sample((entries, epoch, index) =>
    {
        var mine = entries.Where(entry => entry.Name.Share == index).DistinctBy(entry => entry.Name);
        var share = new KeyValueShare("b", index, new PartStamp(epoch, 3), KeyValueShare.Nothing.SetItems(mine.Select(entry => KeyValuePair.Create(entry.Name, entry))));

        var read = KeyValueCodec.Decode("b", index, KeyValueCodec.Encode(share));

        Assert.Equal((share.Broker, share.Index, share.Stamp), (read.Broker, read.Index, read.Stamp));
        Assert.True(share.SaysTheSameAs(read));
    });

    [Fact]
    public void An_order_and_its_outcome_are_read_back_as_they_were() => Gen.Select(Entries, Gen.Long, Gen.Bool).Sample((entry, number, known) =>
    {
        var order = new KeyValuesProtocol.WriteOrdered(number, "broker-a", entry.Name, entry.Value, entry.Version);
        var settled = new KeyValuesProtocol.WriteSettled(number, known ? 0 : 14, "why", known ? entry : null);

        Assert.Equal(order, KeyValueCodec.DecodeOrder(KeyValueCodec.Encode(order)));
        Assert.Equal(settled, KeyValueCodec.DecodeSettled(KeyValueCodec.Encode(settled)));
    });

    [Fact]
    public void Whatever_bytes_come_instead_are_refused_as_such() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        Refuses(() => KeyValueCodec.Decode("b", 0, new PublishedPart(1, 1, bytes)));
        Refuses(() => KeyValueCodec.DecodeOrder(bytes));
        Refuses(() => KeyValueCodec.DecodeSettled(bytes));
    });

    private static void Refuses(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            // As it should be; bytes that happen to be right may be read.
        }
    }

    /// <summary>Half a surrogate pair is no text that comes from a client.</summary>
    private static string Sound(string text) => new([.. text.Where(unit => !char.IsSurrogate(unit))]);
}
