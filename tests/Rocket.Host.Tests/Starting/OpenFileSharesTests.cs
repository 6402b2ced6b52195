using Rocket.Actors.Cluster;
using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Starting;

/// <summary>Files that the system allows are shared between storage and connections.</summary>
public sealed class OpenFileSharesTests
{
    private static readonly LimitSettings Wanted = NodeConfiguration.Load(null, []).Configuration!.Node.Limits;

    [Theory]
    [InlineData(1_000_000, 4096, 10_000)]
    [InlineData(14_596, 4096, 10_000)]
    [InlineData(14_595, 4096, 9_999)]
    [InlineData(10_000, 4096, 5_404)]
    [InlineData(4096, 1798, 1798)]
    [InlineData(1024, 262, 262)]
    [InlineData(1000, 250, 250)]
    public void Storage_gets_half_at_most_of_what_is_too_little(int files, int forStorage, int connections)
    {
        var limits = OpenFileShares.Fit(Wanted, files);

        Assert.Equal((forStorage, connections), (limits.MaxOpenFiles, limits.MaxConnections));
    }

    [Fact]
    public void Few_connections_leave_the_rest_to_the_storage() =>
        Assert.Equal((2100, 100), OpenFileShares.Fit(Wanted with { MaxConnections = 100 }, 2700) is var limits ? (limits.MaxOpenFiles, limits.MaxConnections) : default);

    [Fact]
    public void A_node_without_room_for_anything_does_not_start()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => OpenFileShares.Fit(Wanted, 999));

        Assert.Contains("ulimit -n", refusal.Message, StringComparison.Ordinal);
    }
}
