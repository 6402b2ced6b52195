using Rocket.Actors.KeyValues;
using Rocket.Actors.Routing;
using Xunit;

namespace Rocket.Actors.Tests.KeyValues;

public sealed class KeyValueStateTests
{
    private static readonly KeyValueName Name = new("n", "k");

    [Fact]
    public void The_newest_entry_of_all_brokers_is_shown_whichever_comes_first()
    {
        var (older, newer) = (Entry("older", 1, "broker-b"), Entry("newer", 2, "broker-a"));

        foreach (var order in new[] { new[] { older, newer }, [newer, older] })
        {
            var state = KeyValueState.Empty;
            foreach (var entry in order)
            {
                state = state.Apply(Share(entry.Broker, epoch: 1, version: 1, entry)).State;
            }

            Assert.Equal("newer", state.View.ValueOf("n", "k"));
        }
    }

    [Fact]
    public void A_deletion_hides_an_earlier_value_of_a_broker_that_comes_back()
    {
        var state = KeyValueState.Empty.Apply(Share("broker-b", 1, 1, Entry(null, 5, "broker-b"))).State;

        state = state.Apply(Share("broker-a", 1, 1, Entry("old", 4, "broker-a"))).State;

        Assert.Null(state.View.ValueOf("n", "k"));
        Assert.Empty(state.View.List("n"));
        Assert.False(state.IsForgettable(Name));
    }

    [Fact]
    public void Of_two_that_wrote_without_knowing_of_each_other_the_same_one_counts_everywhere()
    {
        var (one, two) = (Entry("one", 5, "broker-a"), Entry("two", 5, "broker-b"));

        Assert.True(two.IsNewerThan(one));
        Assert.False(one.IsNewerThan(two));
        Assert.True(Entry("b", 5, "broker-a").IsNewerThan(Entry("a", 5, "broker-a")));
        Assert.True(Entry("a", 5, "broker-a").IsNewerThan(Entry(null, 5, "broker-a")));
        Assert.False(one.IsNewerThan(one));
    }

    [Fact]
    public void A_share_of_an_epoch_that_is_over_changes_nothing()
    {
        var state = KeyValueState.Empty.Apply(Share("broker-a", 2, 1, Entry("new", 7, "broker-a"))).State;

        var change = state.Apply(Share("broker-a", 1, 9, Entry("late", 8, "broker-a")));

        Assert.Equal("new", change.State.View.ValueOf("n", "k"));
        Assert.Empty(change.ToPublish);
    }

    [Fact]
    public void A_broker_that_is_led_here_overrules_what_an_earlier_master_published_of_it()
    {
        var led = KeyValueState.Empty.PublishAll("broker-a", 3, [Entry("mine", 7, "broker-a")])!;
        Assert.Equal(("broker-a", Name.Share), Assert.Single(led.ToPublish));

        var change = led.State.Apply(Share("broker-a", 2, 40, Entry("theirs", 6, "broker-a")));
        Assert.Equal("mine", change.State.View.ValueOf("n", "k"));

        // An earlier process of this node in the same epoch.
        change = change.State.Apply(Share("broker-a", 3, 40, Entry("theirs", 6, "broker-a")));
        Assert.Equal("mine", change.State.View.ValueOf("n", "k"));
        Assert.Equal(new PartStamp(3, 41), change.State.FindShare("broker-a", Name.Share)!.Stamp);
        Assert.Equal(("broker-a", Name.Share), Assert.Single(change.ToPublish));
    }

    [Fact]
    public void A_broker_without_settings_publishes_nothing()
    {
        var change = KeyValueState.Empty.PublishAll("broker-a", 1, [])!;

        Assert.Empty(change.ToPublish);
        Assert.Empty(change.State.OwnShares);
        Assert.Equal(["broker-a"], change.State.OwnBrokers);
    }

    [Fact]
    public void A_later_epoch_ends_the_lead_of_this_node()
    {
        var led = KeyValueState.Empty.PublishAll("broker-a", 3, [Entry("mine", 7, "broker-a")])!.State;

        var state = led.Apply(Share("broker-a", 4, 1, Entry("next", 8, "broker-a"))).State;

        Assert.Empty(state.OwnBrokers);
        Assert.Null(state.PublishSome("broker-a", 3, [Entry("late", 9, "broker-a")], []));
        Assert.Null(state.PublishAll("broker-a", 3, []));
        Assert.Equal("next", state.View.ValueOf("n", "k"));
    }

    [Fact]
    public void A_broker_is_told_what_it_lacks_but_not_that_something_was_deleted_which_it_never_had()
    {
        int[] shares = [.. Enumerable.Range(0, KeyValueShare.Count)];
        var led = KeyValueState.Empty.PublishAll("broker-a", 1, [Entry("old", 1, "broker-a")])!.State;
        var other = new KeyValueEntry("n", "other", "value", 1, "broker-b");
        var never = new KeyValueEntry("n", "never", null, 1, "broker-b");

        var state = led;
        foreach (var entry in new[] { Entry(null, 2, "broker-b"), other, never })
        {
            var known = state.FindShare("broker-b", entry.Name.Share) ?? Share("broker-b", 1, 0);
            state = state.Apply(known with { Index = entry.Name.Share, Stamp = new PartStamp(1, known.Stamp.Version + 1), Entries = known.Entries.SetItem(entry.Name, entry) }).State;
        }

        Assert.Equal(["k", "other"], state.NewsFor("broker-a", shares).Select(entry => entry.Key).Order());
        Assert.Empty(state.NewsFor("broker-b", shares));
    }

    [Fact]
    public void What_was_written_elsewhere_is_shown_before_the_gossip_and_not_after_something_newer()
    {
        var state = KeyValueState.Empty.Hear(Entry("written", 3, "broker-a"));
        Assert.Equal("written", state.View.ValueOf("n", "k"));

        state = state.Apply(Share("broker-a", 1, 1, Entry("older", 2, "broker-a"))).State;
        Assert.Equal("written", state.View.ValueOf("n", "k"));

        state = state.Apply(Share("broker-a", 1, 2, Entry("written", 3, "broker-a"))).State;
        state = state.Apply(Share("broker-a", 1, 3, Entry(null, 4, "broker-a"))).State;
        Assert.Null(state.View.ValueOf("n", "k"));
        Assert.Null(state.Hear(Entry("late", 1, "broker-a")).View.ValueOf("n", "k"));
    }

    private static KeyValueEntry Entry(string? value, long version, string broker) => new(Name.Namespace, Name.Key, value, version, broker);

    private static KeyValueShare Share(string broker, long epoch, long version, params KeyValueEntry[] entries) => new(
        broker, Name.Share, new PartStamp(epoch, version), KeyValueShare.Nothing.SetItems(entries.Select(entry => KeyValuePair.Create(entry.Name, entry))));
}
