using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Wire;
using Xunit;

namespace Rocket.Actors.Tests.Wire;

public sealed class ControlSerializerTests() : TestKit(WireConfiguration.Default)
{
    private static readonly IReadOnlyList<ControlType> Types =
    [
        ControlType.ByHyperion<Move>("mv", typeof(Place), typeof(Place[]), typeof(Side)),
        ControlType.ByHyperion<Open>("op"),
    ];

    private ControlSerializer Serializer => new((ExtendedActorSystem)Sys, Types);

    /// <summary>A value of each type that the product lists, with the bytes that it has on the wire. Lines are added, never changed.</summary>
    public static TheoryData<string, object, string> Listed => new()
    {
        { "pp", new PublishedPart(7, 258, new byte[] { 1, 2, 3 }), "00000000000000070000000000000102010203" },
        { "pk", new PartKey("routes", "broker/a", 12), "726F757465732F31322F62726F6B65722F61" },
        { "ko", new KeyValuesProtocol.WriteOrdered(5, "broker-a", new KeyValueName("n", "k"), "v", 300), "01010A000862726F6B65722D6100016E00016B01000176D804" },
        { "ko", new KeyValuesProtocol.WriteOrdered(-5, "broker-a", new KeyValueName("n", "k"), null, 0), "010109000862726F6B65722D6100016E00016B0000" },
        { "ks", new KeyValuesProtocol.WriteSettled(5, 0, "", new KeyValueEntry("n", "k", "v", 300, "broker-a")), "01010A0000000100016E00016B01000176D804000862726F6B65722D61" },
        { "ks", new KeyValuesProtocol.WriteSettled(5, 14, "why", null), "01010A1C000377687900" },
        { "eb", new ShardProtocol.EnsureBroker("broker-a"), "62726F6B65722D61" },
    };

    [Theory]
    [MemberData(nameof(Listed))]
    public void Every_listed_type_is_read_back_from_the_same_bytes(string manifest, object value, string hex)
    {
        var serializer = Assert.IsType<ControlSerializer>(Sys.Serialization.FindSerializerFor(value));
        Assert.Equal(manifest, serializer.Manifest(value));
        Assert.Equal(hex, Convert.ToHexString(serializer.ToBinary(value)));
        Assert.Equal(value, serializer.FromBinary(Convert.FromHexString(hex), manifest));
    }

    [Fact]
    public void All_listed_types_are_tested_and_no_manifest_is_given_twice()
    {
        Assert.Equal(ControlManifests.Types.Select(type => type.Manifest).Order(), Listed.Select(row => (string)row[0]).Distinct().Order());
        Assert.Equal(ControlManifests.Types.Count, ControlManifests.Types.Select(type => type.Manifest).Distinct().Count());
    }

    [Fact]
    public void Messages_travel_with_all_they_hold()
    {
        var move = new Move("broker-a", 12, [new Place("here", Side.Left), new Place("there", Side.Right)], null, TestActor);
        var read = Assert.IsType<Move>(Serializer.FromBinary(Serializer.ToBinary(move), "mv"));
        Assert.Equal(move.Places, read.Places);
        Assert.Equal(move with { Places = read.Places }, read);
    }

    [Fact]
    public void A_type_that_is_not_listed_does_not_leave()
    {
        Assert.Contains("Hidden", Assert.Throws<ControlSerializationException>(() => Serializer.ToBinary(new Hidden("x"))).Message, StringComparison.Ordinal);
        Assert.Throws<ControlSerializationException>(() => Serializer.Manifest("text"));
    }

    [Fact]
    public void A_type_that_is_not_listed_does_not_leave_within_a_listed_one()
    {
        var exception = Assert.Throws<ControlSerializationException>(() => Serializer.ToBinary(new Open(new Hidden("x"))));
        Assert.Contains("Hidden", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_is_not_listed_does_not_come_in()
    {
        var generous = new ControlSerializer((ExtendedActorSystem)Sys, [ControlType.ByHyperion<Open>("op", typeof(Hidden)), ControlType.ByHyperion<Hidden>("hi")]);
        byte[] within = generous.ToBinary(new Open(new Hidden("x"))), alone = generous.ToBinary(new Hidden("x"));
        Assert.IsType<Hidden>(Assert.IsType<Open>(generous.FromBinary(within, "op")).Anything);

        Assert.Throws<ControlSerializationException>(() => Serializer.FromBinary(within, "op"));
        Assert.Throws<ControlSerializationException>(() => Serializer.FromBinary(alone, "op"));
        Assert.Throws<ControlSerializationException>(() => Serializer.FromBinary(alone, "hi"));
    }

    [Fact]
    public void Another_listed_type_than_the_manifest_says_is_refused()
    {
        byte[] open = Serializer.ToBinary(new Open(null));
        Assert.Throws<ControlSerializationException>(() => Serializer.FromBinary(open, "mv"));
    }

    [Fact]
    public void Damaged_bytes_are_refused()
    {
        byte[] bytes = Serializer.ToBinary(new Move("broker-a", 12, [new Place("here", Side.Left)], "note", null));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<ControlSerializationException>(() => Serializer.FromBinary(bytes[..length], "mv"));
        }

        Assert.Throws<ControlSerializationException>(() => Sys.Serialization.Deserialize([1, 2], Serializer.Identifier, "pp"));
        Assert.Throws<ControlSerializationException>(() => Sys.Serialization.Deserialize("no key"u8.ToArray(), Serializer.Identifier, "pk"));
    }

    private enum Side
    {
        Left,
        Right,
    }

    private sealed record Place(string Name, Side Side);

    private sealed record Move(string Broker, long Epoch, Place[] Places, string? Note, IActorRef? Who) : IControlMessage;

    private sealed record Open(object? Anything) : IControlMessage;

    private sealed record Hidden(string Text) : IControlMessage;
}
