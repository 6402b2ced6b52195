using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class PhysicalOffsetTests
{
    /// <summary>JavaScript's numbers are exact up to here.</summary>
    private const long Exact = 1L << 53;

    [Theory]
    [InlineData(0, 0, 0L)]
    [InlineData(0, 123, 123L)]
    [InlineData(1, 0, 1_099_511_627_776L)]
    [InlineData(8191, PhysicalOffset.BytesPerOrdinal - 1, Exact - 1)]
    [InlineData(8192, 0, Exact)]
    [InlineData(8192, 1, Exact + 1)]
    [InlineData(PhysicalOffset.MaxOrdinal, PhysicalOffset.BytesPerOrdinal - 1, long.MaxValue)]
    public void Ordinal_and_position_make_one_number_and_come_back_out_of_it(int ordinal, long position, long expected)
    {
        var physical = PhysicalOffset.Of(ordinal, position);
        Assert.Equal(expected, physical);
        Assert.Equal(ordinal, PhysicalOffset.OrdinalOf(physical));
        Assert.Equal(position, PhysicalOffset.PositionOf(turn: 0, physical));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(PhysicalOffset.MaxOrdinal + 1)]
    public void An_ordinal_that_does_not_fit_is_refused(int ordinal) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PhysicalOffset.Of(ordinal, 0));

    [Fact]
    public void A_negative_position_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PhysicalOffset.Of(0, -1));

    [Theory]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(PhysicalOffset.MaxOrdinal)]
    public void A_queue_finds_the_positions_of_its_own_ordinals_only(int ordinal)
    {
        var ordinals = new QueueOrdinals([5, ordinal]);
        const long second = PhysicalOffset.BytesPerOrdinal + 777;
        Assert.Equal(PhysicalOffset.Of(ordinal, 777), ordinals.PhysicalOffsetOf(second));
        Assert.True(ordinals.TryPosition(ordinals.PhysicalOffsetOf(second), out var position));
        Assert.Equal(second, position);
        Assert.True(ordinals.TryPosition(PhysicalOffset.Of(5, 777), out position));
        Assert.Equal(777, position);
        Assert.False(ordinals.TryPosition(PhysicalOffset.Of(ordinal - 1, 777), out _));
        Assert.False(ordinals.TryPosition(-1, out _));
    }

    [Fact]
    public void Ordinals_cover_2_to_the_40_bytes_each()
    {
        Assert.False(QueueOrdinals.None.Covers(0));
        var one = QueueOrdinals.None.With(7);
        Assert.True(one.Covers(PhysicalOffset.BytesPerOrdinal - 1));
        Assert.False(one.Covers(PhysicalOffset.BytesPerOrdinal));
        Assert.True(one.With(8).Covers(PhysicalOffset.BytesPerOrdinal));
        Assert.Equal((0, 1, 2), (QueueOrdinals.None.Count, one.Count, one.With(8).Count));
        Assert.Equal([7, 8], one.With(8).All);
    }

    /// <summary>What a JavaScript client sends back for a message at an ordinal of 8192 or more may be another number; it must not be another message.</summary>
    [Theory]
    [InlineData(8192, 333)]
    [InlineData(PhysicalOffset.MaxOrdinal, 1_000_003)]
    public void An_offset_that_a_client_has_rounded_names_the_same_ordinal_and_a_place_close_by(int ordinal, long position)
    {
        var rounded = (long)(double)PhysicalOffset.Of(ordinal, position);
        Assert.Equal(ordinal, PhysicalOffset.OrdinalOf(rounded));
        Assert.True(new QueueOrdinals([ordinal]).TryPosition(rounded, out var found));
        Assert.InRange(found, position - 512, position + 512);
    }
}
