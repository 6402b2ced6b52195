using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.TestClient.Tests.Messages;

public sealed class MessageTests
{
    [Theory]
    [InlineData("TagA", 2598919)]
    [InlineData("TagB", 2598920)]
    [InlineData("订单", 1129459)]
    [InlineData("TOPIC#KEY-1", 1250541487)]
    public void Java_hash_matches_the_vectors(string text, int hash) => Assert.Equal(hash, JavaHash.Of(text));

    [Fact]
    public void Body_checksum_matches_the_vector() => Assert.Equal(1774740973, BodyChecksum.Of("Hello RocketMQ"u8));

    [Fact]
    public void Offset_message_id_matches_the_vector_and_parses_back()
    {
        var id = new OffsetMessageId(new IPEndPoint(IPAddress.Loopback, 10911), 0);

        Assert.Equal("7F00000100002A9F0000000000000000", id.ToString());
        Assert.Equal(id, OffsetMessageId.Parse(id.ToString()));
    }

    [Fact]
    public void Offset_message_id_of_an_ipv6_host_has_56_characters()
    {
        var id = new OffsetMessageId(new IPEndPoint(IPAddress.IPv6Loopback, 10911), (8192L << 40) | 5);

        Assert.Equal(56, id.ToString().Length);
        Assert.Equal(id, OffsetMessageId.Parse(id.ToString()));
    }

    [Fact]
    public void Unique_keys_differ_and_have_32_characters()
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => UniqueKeys.Shared.Next()).ToHashSet();

        Assert.Equal(1000, keys.Count);
        Assert.All(keys, key => Assert.Equal(32, key.Length));
    }

    [Theory]
    [InlineData("KEYS\u0001k1 k2\u0002TAGS\u0001TagA")]
    [InlineData("KEYS\u0001k1 k2\u0002TAGS\u0001TagA\u0002")]
    [InlineData("KEYS\u0001k1 k2\u0002broken\u0002TAGS\u0001TagA")]
    public void Properties_are_read_with_and_without_the_last_separator(string text)
    {
        var properties = MessageProperties.Parse(text);

        Assert.Equal("TagA", properties.Tags);
        Assert.Equal("k1 k2", properties.Keys);
        Assert.Equal(2, properties.Count);
        Assert.Equal("KEYS\u0001k1 k2\u0002TAGS\u0001TagA", properties.ToString());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void Every_field_of_a_stored_message_is_decoded(int version, bool v6)
    {
        var record = StoredRecord.Write(version, v6, "hello"u8, "LiveT", "KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001U0001\u0002CLUSTER\u0001LiveCluster\u0002TAGS\u0001TagA");

        var message = Assert.Single(StoredMessage.DecodeAll(record));

        Assert.Equal(record.Length, message.TotalSize);
        Assert.Equal(version, message.Version);
        Assert.True(message.BodyCrcMatches);
        Assert.Equal(3, message.QueueId);
        Assert.Equal(4, message.Flag);
        Assert.Equal(5, message.QueueOffset);
        Assert.Equal(6, message.PhysicalOffset);
        Assert.Equal(7, message.BornTimestamp);
        Assert.Equal(new IPEndPoint(v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 1000), message.BornHost);
        Assert.Equal(8, message.StoreTimestamp);
        Assert.Equal(new IPEndPoint(v6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 10911), message.StoreHost);
        Assert.Equal(9, message.ReconsumeTimes);
        Assert.Equal(10, message.PreparedTransactionOffset);
        Assert.Equal("hello", Encoding.UTF8.GetString(message.Content()));
        Assert.Equal("LiveT", message.Topic);
        Assert.Equal("TagA", message.Properties.Tags);
        Assert.Equal("U0001", message.MessageId);
    }

    [Fact]
    public void The_captured_records_size_is_reproduced()
    {
        // A 4.9.8 broker stored this message in 156 bytes.
        var record = StoredRecord.Write(1, false, "hello"u8, "LiveT", "KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001U0001\u0002CLUSTER\u0001LiveCluster\u0002TAGS\u0001TagA");

        Assert.Equal(156, record.Length);
    }

    [Fact]
    public void A_compressed_body_is_inflated()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            zlib.Write(new byte[10_000]);
        }

        var record = StoredRecord.Write(1, false, packed.ToArray(), "T", "", SystemFlag.Compressed);

        Assert.Equal(new byte[10_000], StoredMessage.DecodeAll(record)[0].Content());
    }

    [Fact]
    public void Every_cut_of_a_record_is_refused()
    {
        var record = StoredRecord.Write(1, false, "hello"u8, "LiveT", "TAGS\u0001TagA");
        for (var length = 1; length < record.Length; length++)
        {
            var cut = record[..length];
            if (length >= 4)
            {
                BinaryPrimitives.WriteInt32BigEndian(cut, length);
            }

            Assert.Throws<RemotingFormatException>(() => StoredMessage.DecodeAll(cut));
        }
    }

    [Fact]
    public void A_batch_part_has_its_lengths()
    {
        var body = BatchBody.Encode([new BatchPart("abc"u8.ToArray(), new MessageProperties { { "TAGS", "T" } }, 5)]);

        Assert.Equal("0000001F" + "00000000" + "00000000" + "00000005" + "00000003" + "616263" + "0006" + "544147530154", Convert.ToHexString(body));
    }
}
