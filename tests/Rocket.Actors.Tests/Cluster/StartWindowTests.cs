using Rocket.Actors.Cluster;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

public sealed class StartWindowTests
{
    private readonly StartWindow<string> _starts = new(width: 2);

    [Fact]
    public void No_more_are_under_way_than_the_window_is_wide()
    {
        Want("a", "b", "c", "d");
        Assert.Equal(["a", "b"], Next());
        Assert.Empty(Next());
        _starts.Started("b");
        Assert.Equal(["c"], Next());
        _starts.Started("a");
        _starts.Started("c");
        Assert.Equal(["d"], Next());
        Assert.Equal(["d"], _starts.UnderWay.Keys);
    }

    [Fact]
    public void What_is_wanted_differently_before_its_turn_is_started_once_as_it_was_wanted_last()
    {
        Want("a", "b", "c");
        Next();
        _starts.Want("c", "c, changed");
        _starts.Started("a");
        Assert.Equal(["c, changed"], Next());
        _starts.Started("b");
        Assert.Empty(Next());
    }

    [Fact]
    public void A_change_to_what_is_under_way_is_told_at_once_and_takes_no_further_place()
    {
        Want("a", "b");
        Next();
        _starts.Want("a", "a, changed");
        Assert.Equal(["a, changed"], Next());
        Assert.Equal(2, _starts.UnderWay.Count);
        Assert.Equal("a, changed", _starts.UnderWay["a"]);
    }

    [Fact]
    public void What_has_started_may_be_started_again()
    {
        Want("a");
        Next();
        _starts.Started("a");
        _starts.Started("a");
        Want("a");
        Assert.Equal(["a"], Next());
    }

    private void Want(params string[] names)
    {
        foreach (var name in names)
        {
            _starts.Want(name, name);
        }
    }

    private List<string> Next()
    {
        List<string> next = [];
        while (_starts.TryNext(out var start))
        {
            next.Add(start!);
        }

        return next;
    }
}
