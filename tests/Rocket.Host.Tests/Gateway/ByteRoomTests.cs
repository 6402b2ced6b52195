using Rocket.Host.Gateway.Memory;
using Xunit;

namespace Rocket.Host.Tests.Gateway;

/// <summary>Room for large frames and answers: never more than there is, in the order of asking, and nothing is lost of it.</summary>
public sealed class ByteRoomTests
{
    private readonly ByteRoom _room = new(100);

    [Fact]
    public async Task Who_asks_first_gets_it_first_even_if_a_smaller_piece_would_fit()
    {
        Assert.True(_room.TryTake(60));
        var large = _room.TakeAsync(80, CancellationToken.None);
        var small = _room.TakeAsync(10, CancellationToken.None);
        Assert.False(_room.TryTake(10));
        Assert.True(_room.IsContended);

        _room.Return(60);

        await large;
        await small;
        Assert.Equal(90, _room.Lent);
        Assert.False(_room.IsContended);
    }

    [Fact]
    public async Task Those_behind_one_that_gives_up_come_next()
    {
        Assert.True(_room.TryTake(60));
        using var gone = new CancellationTokenSource();
        var large = _room.TakeAsync(80, gone.Token);
        var small = _room.TakeAsync(40, CancellationToken.None);
        Assert.False(small.IsCompleted);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal(100, _room.Lent);
    }

    [Fact]
    public async Task A_piece_larger_than_all_of_it_fits_alone()
    {
        Assert.True(_room.TryTake(1));
        var huge = _room.TakeAsync(1000, CancellationToken.None);
        Assert.False(huge.IsCompleted);

        _room.Return(1);

        await huge;
        Assert.False(_room.TryTake(1));
        _room.Return(1000);
        Assert.True(_room.TryTake(100));
    }

    [Fact]
    public async Task Whoever_comes_and_goes_all_of_it_is_there_afterwards()
    {
        var greatest = 0L;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 2000; i++)
            {
                using var gone = new CancellationTokenSource();
                var piece = random.Next(1, 60);
                var taking = _room.TakeAsync(piece, gone.Token);
                if (random.Next(3) == 0)
                {
                    await gone.CancelAsync();
                }

                try
                {
                    await taking;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                greatest = Math.Max(greatest, _room.Lent);
                _room.Return(piece);
            }
        })));

        Assert.Equal(0, _room.Lent);
        Assert.False(_room.IsContended);
        Assert.InRange(greatest, 1, 100);
    }
}
