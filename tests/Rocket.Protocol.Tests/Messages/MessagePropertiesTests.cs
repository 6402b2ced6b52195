using System.Text;
using CsCheck;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Messages;

public sealed class MessagePropertiesTests
{
    [Fact]
    public void Properties_read_as_they_were_written() => Pairs.Sample(pairs =>
    {
        var expected = Last(pairs);
        var encoded = MessageProperties.Encode(expected);
        Assert.Equal(expected, MessageProperties.Decode(encoded));
        Assert.Equal(expected, MessageProperties.Decode([.. encoded, MessageProperties.PairSeparator]));
        foreach (var (name, value) in expected)
        {
            Assert.True(MessageProperties.TryGet(encoded, Encoding.UTF8.GetBytes(name), out var found));
            Assert.Equal(value, Encoding.UTF8.GetString(found));
        }

        Assert.False(MessageProperties.TryGet(encoded, "\u0003absent"u8, out _));
    });

    [Theory]
    [InlineData("", "")]
    [InlineData("\u0002\u0002", "")]
    [InlineData("a", "")]
    [InlineData("a\u0001", "")]
    [InlineData("\u0001b", "")]
    [InlineData("\u0001", "")]
    [InlineData("x\u0002a\u0001b", "a=b")]
    [InlineData("a\u0001b\u0001c", "a=b\u0001c")]
    [InlineData("a\u0001b\u0002", "a=b")]
    [InlineData("a\u0001b\u0002\u0002c\u0001d", "a=b,c=d")]
    public void Pairs_that_are_none_are_skipped(string properties, string expected) =>
        Assert.Equal(expected, string.Join(',', MessageProperties.Decode(Utf8(properties)).Select(pair => $"{pair.Key}={pair.Value}")));

    [Fact]
    public void Of_a_repeated_name_the_last_counts()
    {
        var properties = "a\u00011\u0002b\u00012\u0002a\u00013\u0002a"u8;
        Assert.True(MessageProperties.TryGet(properties, "a"u8, out var value));
        Assert.True(value.SequenceEqual("3"u8));
    }

    [Theory]
    [InlineData("", "CLUSTER=C")]
    [InlineData("WAIT\u0001false", "CLUSTER=C")]
    [InlineData("WAIT\u0001false\u0002TAGS\u0001a\u0002WAIT\u0001true\u0002", "TAGS=a|CLUSTER=C")]
    [InlineData("CLUSTER\u0001forged\u0002TAGS\u0001a", "TAGS=a|CLUSTER=C")]
    [InlineData("__RMQ.TRANSIENT.x\u00011\u0002KEYS\u0001k1 k2\u0002junk", "KEYS=k1 k2|CLUSTER=C")]
    public void A_broker_stores_all_but_WAIT_and_adds_its_cluster(string properties, string expected) =>
        Assert.Equal(expected, Stored(Utf8(properties), [], "C"));

    [Fact]
    public void A_message_of_a_batch_gets_the_properties_of_the_batch_too()
    {
        Assert.Equal("UNIQ_KEY=1|TAGS=b|CLUSTER=C", Stored("UNIQ_KEY\u00011\u0002"u8, "WAIT\u0001true\u0002TAGS\u0001b"u8, "C"));
        Assert.Equal("UNIQ_KEY=1|TAGS=b", Stored("UNIQ_KEY\u00011"u8, "TAGS\u0001b\u0002"u8, ""));
        Assert.Equal("", Stored([], [], ""));
    }

    [Fact]
    public void What_is_stored_has_exactly_the_length_that_was_said() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 5]).Sample((properties, batch, cluster) =>
        {
            var destination = new byte[MessageProperties.StoredLength(properties, batch, cluster)];
            Assert.Equal(destination.Length, MessageProperties.WriteStored(properties, batch, cluster, destination));
        });

    [Fact]
    public void A_pair_that_readers_would_see_otherwise_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => MessageProperties.Encode([new("", "x")]));
        Assert.Throws<ArgumentException>(() => MessageProperties.Encode([new("x", "")]));
        Assert.Throws<ArgumentException>(() => MessageProperties.Encode([new("x\u0001", "y")]));
        Assert.Throws<ArgumentException>(() => MessageProperties.Encode([new("x", "y\u0002")]));
    }

    private static Gen<(string Name, string Value)[]> Pairs =>
        Gen.Select(Generators.PropertyText, Generators.PropertyText, (name, value) => (name, value)).Array[0, 10];

    private static Dictionary<string, string> Last((string Name, string Value)[] pairs)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            last[name] = value;
        }

        return last;
    }

    private static string Stored(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> batch, string cluster)
    {
        var clusterBytes = Utf8(cluster);
        var stored = new byte[MessageProperties.StoredLength(properties, batch, clusterBytes)];
        Assert.Equal(stored.Length, MessageProperties.WriteStored(properties, batch, clusterBytes, stored));
        return Encoding.UTF8.GetString(stored).Replace('\u0001', '=').Replace('\u0002', '|');
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
