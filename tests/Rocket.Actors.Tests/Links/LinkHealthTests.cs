using Rocket.Actors.Links;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class LinkHealthTests
{
    private readonly LinkHealthState _health = new(Milliseconds(250), Milliseconds(1500), Milliseconds(30_000));

    [Fact]
    public void A_side_that_has_sent_nothing_for_the_interval_pings() =>
        Assert.Equal([LinkNeed.None, LinkNeed.Ping], [Judge(1249, received: 1200, sent: 1000), Judge(1250, received: 1200, sent: 1000)]);

    [Fact]
    public void A_side_that_heard_nothing_for_too_long_ends_the_link() =>
        Assert.Equal([LinkNeed.Ping, LinkNeed.Silent], [Judge(2500, received: 1000, sent: 0), Judge(2501, received: 1000, sent: 0)]);

    [Fact]
    public void Silence_while_a_receiver_holds_the_reading_up_is_this_nodes_own_doing() =>
        Assert.Equal(LinkNeed.Ping, Judge(60_000, received: 1000, sent: 0, dispatching: true));

    [Fact]
    public void A_process_that_slept_gives_its_peers_the_time_again()
    {
        for (var now = 0; now <= 1000; now += 125)
        {
            _health.Tick(Milliseconds(now));
        }

        // Stopped by a signal for 30 s: what the peers sent meanwhile has not been read yet.
        Assert.Equal(LinkNeed.Ping, Judge(31_000, received: 1000, sent: 1000));
        Assert.Equal(LinkNeed.Ping, Judge(31_125, received: 1000, sent: 1000));
        for (var now = 31_250; now <= 32_500; now += 125)
        {
            _health.Tick(Milliseconds(now));
        }

        Assert.Equal(LinkNeed.Silent, Judge(32_625, received: 1000, sent: 1000));
    }

    [Fact]
    public void A_peer_that_speaks_but_does_not_read_is_given_up_and_gets_no_pings_meanwhile()
    {
        for (var now = 0; now <= 30_000; now += 125)
        {
            Assert.Equal(LinkNeed.None, Judge(now, received: now, sent: 0, writing: 0));
        }

        Assert.Equal(LinkNeed.Stuck, Judge(30_001, received: 30_000, sent: 0, writing: 0));
    }

    private LinkNeed Judge(int now, int received, int sent, bool dispatching = false, int? writing = null)
    {
        _health.Tick(Milliseconds(now));
        return _health.Judge(
            Milliseconds(now), new LinkTraffic(Milliseconds(received), Milliseconds(sent), dispatching, writing is { } since ? Milliseconds(since) : null));
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
