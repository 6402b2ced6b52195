using System.Buffers;
using CsCheck;
using Rocket.Actors.Links;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class LinkFrameTests
{
    private static readonly LinkKind[] Kinds = [LinkKind.Ping, LinkKind.RecordBatch, LinkKind.ForwardedReply];

    [Fact]
    public void The_bytes_of_a_frame_are_these() =>
        // CRC-32C of 21 01 02 03: computed bit by bit in another language.
        Assert.Equal("00000004" + "D353A490" + "21" + "010203", Convert.ToHexString(LinkFrame.Copy(LinkKind.RecordBatch, [1, 2, 3]).Bytes));

    [Fact]
    public void A_frame_is_read_back_whatever_is_in_it() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[0, Kinds.Length - 1]).Sample((payload, kind) =>
        {
            var frame = LinkFrame.Copy(Kinds[kind], payload);
            var buffer = new ReadOnlySequence<byte>([.. frame.Bytes, 1, 2, 3]);
            Assert.True(LinkFrameReader.TryRead(ref buffer, 3000, out var read));
            Assert.Equal((Kinds[kind], 3), (read.Kind, (int)buffer.Length));
            Assert.Equal(payload, read.Payload.ToArray());
            frame.Release();
        });

    [Fact]
    public void A_frame_is_read_however_it_is_cut_and_never_before_it_is_complete()
    {
        byte[] bytes = [.. LinkFrame.Copy(LinkKind.VoterMessage, [1, 2, 3, 4, 5]).Bytes];
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var whole = Pieces.Of(bytes[..first], bytes[first..second], bytes[second..]);
                Assert.True(LinkFrameReader.TryRead(ref whole, 100, out var frame));
                Assert.Equal([1, 2, 3, 4, 5], frame.Payload.ToArray());
                Assert.True(whole.IsEmpty);
            }

            var part = Pieces.Of(bytes[..first], []);
            Assert.Equal(first == bytes.Length, LinkFrameReader.TryRead(ref part, 100, out _));
        }
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        byte[] good = [.. LinkFrame.Copy(LinkKind.RecordBatch, [1, 2, 3]).Bytes];
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            var buffer = new ReadOnlySequence<byte>(bad);
            try
            {
                Assert.False(LinkFrameReader.TryRead(ref buffer, 1000, out _), $"bit {bit} was not noticed");
                Assert.True(bit < 32, "only a length can make it wait for more");
            }
            catch (LinkViolationException)
            {
                // Noticed.
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(102)]
    [InlineData(0x47455420)] // "GET "
    [InlineData(0x16030102)] // TLS
    public void A_length_out_of_range_is_refused_as_soon_as_it_is_there(int length)
    {
        var buffer = new ReadOnlySequence<byte>([(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
        Assert.Throws<LinkViolationException>(() => LinkFrameReader.TryRead(ref buffer, 100, out _));
    }

    [Fact]
    public void A_frame_goes_back_with_its_last_reference_and_not_before()
    {
        var frame = LinkFrame.Copy(LinkKind.RecordBatch, new byte[4000]);
        frame.Share().Share();
        var before = LinkFramePool.Shared.RetainedBytes;
        frame.Release();
        frame.Release();
        Assert.Equal(before, LinkFramePool.Shared.RetainedBytes);
        frame.Release();
        Assert.True(LinkFramePool.Shared.RetainedBytes > before);
        Assert.Throws<InvalidOperationException>(frame.Release);
    }

    [Fact]
    public void A_frame_that_nobody_owns_cannot_be_shared()
    {
        var frame = new LinkFrame(100, isPooled: false);
        Assert.Throws<InvalidOperationException>(frame.Share);
    }

    [Fact]
    public void A_sealed_frame_cannot_be_written_and_an_unsealed_one_cannot_be_sent()
    {
        Assert.Throws<InvalidOperationException>(() => LinkFrame.Copy(LinkKind.RecordBatch, [1]).Payload.Clear());
        Assert.Throws<InvalidOperationException>(LinkFrame.Rent(LinkKind.RecordBatch, 1).CheckSealed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(375)]
    [InlineData(376)]
    [InlineData(64 << 10)]
    [InlineData((4 << 20) + 119)]
    [InlineData(5 << 20)]
    public void A_rented_frame_has_room_for_its_payload(int payload)
    {
        var frame = LinkFrame.Rent(LinkKind.RecordBatch, payload);
        Assert.Equal((payload, payload + LinkFrameLayout.HeadBytes), (frame.Payload.Length, frame.Size));
        frame.Release();
    }

    [Fact]
    public void The_pool_keeps_no_more_than_its_bound()
    {
        var frames = Enumerable.Range(0, 20).Select(_ => LinkFrame.Rent(LinkKind.RecordBatch, 4 << 20)).ToList();
        frames.ForEach(frame => frame.Release());
        Assert.InRange(LinkFramePool.Shared.RetainedBytes, 1, LinkFramePool.MaxRetainedBytes);
    }
}
