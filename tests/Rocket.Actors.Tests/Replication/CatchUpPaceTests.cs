using Rocket.Actors.Replication;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CatchUpPaceTests
{
    private const long Rate = 100_000_000;
    private const int Piece = 500_000;

    private readonly CatchUpPace _pace = new(Rate);
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void While_nobody_writes_nothing_rests()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(TimeSpan.Zero, _pace.Took(Piece, 0, _now));
            _now += TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>However fast clients write, the copy gains what it is given, neither more nor less.</summary>
    [Theory]
    [InlineData(1_000_000)]
    [InlineData(80_000_000)]
    [InlineData(900_000_000)]
    public void Beside_clients_a_copy_gains_the_rate_on_them(long writtenInASecond)
    {
        var (read, written, unread) = (0L, 0L, 0.0);
        var begin = _now;
        while (_now - begin < TimeSpan.FromSeconds(20))
        {
            var before = _now;
            _now += TimeSpan.FromMilliseconds(0.2); // to read it
            read += Piece;
            var rest = _pace.Took(Piece, (long)unread, _now);
            (written, unread) = (written + (long)unread, unread - (long)unread);
            _now += rest;
            unread += (_now - before).TotalSeconds * writtenInASecond;
        }

        Assert.InRange((read - written) / 20.0, 0.97 * Rate, 1.03 * Rate);
    }

    [Fact]
    public void Once_they_have_been_silent_it_goes_on_without_rest()
    {
        Assert.NotEqual(TimeSpan.Zero, _pace.Took(20 * Piece, 1, _now));
        _now += TimeSpan.FromMilliseconds(201);
        Assert.Equal(TimeSpan.Zero, _pace.Took(Piece, 0, _now));
    }

    [Fact]
    public void What_was_not_used_in_a_long_pause_is_not_saved_up()
    {
        _pace.Took(Piece, 1, _now);
        _now += TimeSpan.FromSeconds(100);
        Assert.Equal(TimeSpan.FromMilliseconds(50), _pace.Took(Rate / 5, 1, _now));
    }
}
