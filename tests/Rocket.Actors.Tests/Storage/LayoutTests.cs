using System.Text;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>The bytes on disk, as an independent implementation would write them. They may only change with a format version.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void Sizes_are_what_the_files_are_documented_to_hold()
    {
        Assert.Equal(16, RecordLayout.HeaderSize);
        Assert.Equal(64, SegmentHeader.Size);
        Assert.Equal(24, IndexLayout.EntrySize);
        Assert.Equal(16, KeysLayout.EntrySize);
        Assert.Equal(256, CheckpointSlot.Size);
        Assert.Equal(24, System.Runtime.CompilerServices.Unsafe.SizeOf<IndexEntry>());
        Assert.Equal(64 + (3 * 24), IndexLayout.FileLength(3));
        Assert.Equal(64 + (3 * 16), KeysLayout.FileLength(3));
    }

    [Fact]
    public void The_checksum_is_CRC_32C()
    {
        Assert.Equal(0xE3069283, Checksum.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Checksum.Of(new byte[32]));
        for (var length = 0; length < 40; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
            Assert.Equal(Bitwise(bytes), Checksum.Of(bytes));
        }

        static uint Bitwise(byte[] bytes)
        {
            var crc = 0xFFFF_FFFFu;
            foreach (var value in bytes)
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) * 0x82F6_3B78);
                }
            }

            return ~crc;
        }
    }

    [Fact]
    public void Zeros_are_neither_a_record_nor_an_entry()
    {
        Assert.False(RecordLayout.Matches(new byte[16], []));
        Assert.False(IndexLayout.TryRead(new byte[24], out _));
        Assert.False(KeysLayout.TryRead(new byte[16], out _));
    }

    [Fact]
    public void The_files_of_a_small_log_are_these_bytes()
    {
        using var scenario = new LogScenario(new LogOptions { BootId = new Guid("00112233-4455-6677-8899-aabbccddeeff") });
        using var batch = new LogBatch();
        scenario.Log.StartAt(new LogPoint(0x1000, 0x20));
        batch.Begin(scenario.Log, epoch: 7);
        batch.Add("hello"u8);
        batch.Seal(tagHash: -2, storeTimestamp: 0x0000_0123_4567_89AB, [0x1122_3344_5566_7788]);
        batch.Add("world!"u8);
        batch.Seal(tagHash: 0, storeTimestamp: 0x0000_0123_4567_89AC, []);
        scenario.Log.Append(batch);
        scenario.Log.Checkpoint(cleanStop: true);

        var dump = new StringBuilder();
        foreach (var name in scenario.Files)
        {
            dump.Append(name).Append('\n');
            var bytes = File.ReadAllBytes(scenario.FileOf(name));
            for (var place = 0; place < bytes.Length; place += 16)
            {
                var line = bytes.AsSpan(place, Math.Min(16, bytes.Length - place));
                if (line.ContainsAnyExcept((byte)0))
                {
                    dump.Append($"{place:x4} {Convert.ToHexStringLower(line)}\n");
                }
            }
        }

        Assert.Equal(Golden, dump.ToString(), ignoreLineEndingDifferences: true);
    }

    private const string Golden =
        """
        00000000000000004096.index
        0000 524b544944580d0a0000000100000000
        0010 00000000000010000000000000000020
        0020 ed298516a63e4801cbc85598e1cde3b3
        0030 000000000000000000000000ebc239a3
        0040 000000000000100000000005fffffffe
        0050 8d000123456789ab0000000000001015
        0060 0000000600000000e22f0123456789ac
        00000000000000004096.keys
        0000 524b544b45590d0a0000000100000000
        0010 00000000000010000000000000000020
        0020 ed298516a63e4801cbc85598e1cde3b3
        0030 0000000000000000000000005d299d49
        0040 11223344556677887ac0000000000020
        00000000000000004096.log
        0000 524b544c4f470d0a0000000100000002
        0010 00000000000010000000000000000020
        0020 ed298516a63e4801cbc85598e1cde3b3
        0030 000000000000000000000000baa7c37b
        0040 000000052350bd670000000000000007
        0050 68656c6c6f000000066c11272d000000
        0060 0000000007776f726c6421
        checkpoint
        0000 524b5443484b0d0a0000000100000001
        0010 0000000000000002000000000000102b
        0020 00000000000000220000000000001000
        0030 00000000000000200000000000001000
        0040 00000000000000200000000000000001
        0050 00112233445566778899aabbccddeeff
        0060 ed298516a63e4801cbc85598e1cde3b3
        00f0 0000000000000000000000009092e3aa
        1000 524b5443484b0d0a0000000100000001
        1010 0000000000000001000000000000102b
        1020 00000000000000220000000000001000
        1030 00000000000000200000000000001000
        1040 00000000000000200000000000000001
        1050 00112233445566778899aabbccddeeff
        1060 ed298516a63e4801cbc85598e1cde3b3
        10f0 0000000000000000000000004644f8d8

        """;
}
