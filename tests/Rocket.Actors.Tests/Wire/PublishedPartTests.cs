using CsCheck;
using Rocket.Actors.Wire;
using Xunit;

namespace Rocket.Actors.Tests.Wire;

public sealed class PublishedPartTests
{
    private static readonly Gen<PublishedPart> Parts = Gen.Select(
        Gen.Long[0, 3], Gen.Long[0, 3], Gen.Byte[0, 3].Array[0, 3], (epoch, version, payload) => new PublishedPart(epoch, version, payload));

    [Fact]
    public void Merging_is_commutative() => Gen.Select(Parts, Parts).Sample((a, b) => a.Merge(b).Equals(b.Merge(a)));

    [Fact]
    public void Merging_is_associative() =>
        Gen.Select(Parts, Parts, Parts).Sample((a, b, c) => a.Merge(b).Merge(c).Equals(a.Merge(b.Merge(c))));

    [Fact]
    public void Merging_is_idempotent() => Gen.Select(Parts, Parts).Sample((a, b) => a.Merge(a).Equals(a) && a.Merge(b).Merge(b).Equals(a.Merge(b)));

    [Fact]
    public void A_higher_epoch_wins_over_any_version_and_a_higher_version_within_the_epoch() => Gen.Select(Parts, Parts).Sample((a, b) =>
    {
        PublishedPart merged = a.Merge(b);
        long epoch = Math.Max(a.Epoch, b.Epoch);
        return merged.Epoch == epoch
            && merged.Version == new[] { a, b }.Where(part => part.Epoch == epoch).Max(part => part.Version);
    });
}
