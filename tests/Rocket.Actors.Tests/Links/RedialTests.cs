using Rocket.Actors.Links;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class RedialTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    [Fact]
    public void Pauses_double_from_the_first_to_the_longest_within_a_fifth()
    {
        var redial = new RedialState(First, Longest, new Random(1));
        foreach (var expected in new[] { 100, 200, 400, 800, 1600, 2000, 2000 })
        {
            Assert.InRange(redial.AfterFailure().TotalMilliseconds, expected * 0.8, expected * 1.2);
        }
    }

    [Fact]
    public void A_link_brings_the_first_pause_back_and_a_refusal_the_longest()
    {
        var redial = new RedialState(First, Longest, new Random(2));
        Assert.InRange(redial.AfterRefusal().TotalMilliseconds, 1600, 2400);
        Assert.InRange(redial.AfterFailure().TotalMilliseconds, 1600, 2400);
        redial.Linked();
        Assert.InRange(redial.AfterFailure().TotalMilliseconds, 80, 120);
    }

    [Fact]
    public void The_same_seed_gives_the_same_pauses_and_two_seeds_different_ones()
    {
        Assert.Equal(Pauses(1), Pauses(1));
        Assert.NotEqual(Pauses(1), Pauses(2));

        static List<TimeSpan> Pauses(int seed)
        {
            var redial = new RedialState(First, Longest, new Random(seed));
            return [.. Enumerable.Range(0, 5).Select(_ => redial.AfterFailure())];
        }
    }
}
