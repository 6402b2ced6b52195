using System.Globalization;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Routing;
using Rocket.Actors.Tests.Cluster;
using Xunit;

namespace Rocket.Actors.Tests.KeyValues;

public sealed class KeyValueBookTests
{
    private const long Now = 1_000_000;

    private readonly KeyValueBook _book = new();
    private KeyValueState _state = KeyValueState.Empty;

    [Fact]
    public void A_write_is_above_everything_that_is_known_and_not_below_the_clock()
    {
        Assert.Equal(Now, Write("k", "1").Entry!.Version);
        Assert.Equal(Now + 1, Write("k", "2").Entry!.Version);

        _state = _state.Apply(Share(new KeyValueEntry("n", "k", "elsewhere", Now + 50, "broker-b"))).State;
        Assert.Equal(Now + 51, Write("k", "3").Entry!.Version);
        Assert.Equal(Now + 71, Write("k", "4", knownVersion: Now + 70).Entry!.Version);
    }

    [Fact]
    public void What_changes_nothing_is_not_written()
    {
        var first = Write("k", "1");
        Assert.NotNull(first.Entry);

        var again = Write("k", "1");
        Assert.Null(again.Entry);
        Assert.Equal(first.Entry, again.Outcome);
        Assert.Equal((null, null), (Write("unknown", null).Entry, Write("unknown", null).Outcome));
        Assert.NotNull(Write("k", null).Entry);
        Assert.Null(Write("k", null).Entry);
    }

    [Fact]
    public void Who_has_seen_something_newer_is_not_told_that_it_says_so_already()
    {
        Write("k", "1");

        var decision = Write("k", "1", knownVersion: Now + 5);

        Assert.Equal(Now + 6, decision.Entry!.Version);
    }

    [Fact]
    public void A_share_takes_no_more_than_fits_into_one_message()
    {
        var limits = TestSettings.Limits with { MaxKeyValueBytes = 32 << 10 };
        var keys = Enumerable.Range(0, 10_000).Select(i => new KeyValueName("n", i.ToString(CultureInfo.InvariantCulture))).Where(name => name.Share == 0).Take(5).ToList();
        var decisions = keys.Select(name => _book.Write("broker-a", name, new string('x', 30_000), 0, _state, Now, limits)).ToList();

        Assert.Equal([true, true, false, false, false], decisions.Select(decision => decision.Entry is not null));
        Assert.Contains("no room", decisions[^1].Refusal, StringComparison.Ordinal);

        // Deleting makes room.
        Assert.NotNull(_book.Write("broker-a", keys[0], null, 0, _state, Now, limits).Entry);
        Assert.NotNull(_book.Write("broker-a", keys[4], new string('x', 30_000), 0, _state, Now, limits).Entry);
    }

    [Fact]
    public void A_deletion_that_another_broker_has_an_earlier_value_of_is_not_forgotten()
    {
        var limits = TestSettings.Limits with { MaxKeyValues = 1 };
        Assert.NotNull(Write("k", "1").Entry);
        var deleted = Write("k", null).Entry!;
        _state = _state.PublishAll("broker-a", 1, [deleted])!.State.Apply(Share(new KeyValueEntry("n", "k", "old", 5, "broker-b"))).State;

        Assert.Contains("max-key-values", _book.Write("broker-a", new KeyValueName("n", "next"), "1", 0, _state, Now, limits).Refusal, StringComparison.Ordinal);

        _state = _state.Apply(Share(new KeyValueEntry("n", "k", null, deleted.Version, "broker-a")) with { Stamp = new PartStamp(1, 2) }).State;
        var decision = _book.Write("broker-a", new KeyValueName("n", "next"), "1", 0, _state, Now, limits);
        Assert.Equal("next", decision.Entry!.Key);
        Assert.Equal([deleted.Name], decision.Forgotten);
    }

    [Fact]
    public void Settings_that_were_deleted_leave_their_share_to_new_ones()
    {
        var names = NamesOfOneShare(400);
        foreach (var name in names)
        {
            Assert.NotNull(Write(name, new string('x', 400)).Entry);
            Assert.NotNull(Write(name, null).Entry);
        }

        Assert.InRange(_book.Entries.Sum(entry => entry.Bytes), 0, KeyValueShare.GreatestBytes);
        var (oldest, newest) = (names[0], names[^1]);
        Assert.DoesNotContain(oldest, _book.Entries.Select(entry => entry.Name));
        Assert.Contains(newest, _book.Entries.Select(entry => entry.Name));
        Assert.NotNull(Write(oldest, "back").Entry);

        KeyValueDecision Write(KeyValueName name, string? value)
        {
            var decision = _book.Write("broker-a", name, value, 0, _state, Now, TestSettings.Limits);
            _state = _state.PublishAll("broker-a", 1, _book.Entries)!.State;
            return decision;
        }
    }

    [Fact]
    public void Settings_that_are_taken_over_find_the_place_of_deleted_ones()
    {
        var names = NamesOfOneShare(401);
        foreach (var name in names.Take(400))
        {
            _book.Adopt([new KeyValueEntry(name.Namespace, name.Key, new string('x', 400), 1, "broker-b")], _state);
            _book.Adopt([new KeyValueEntry(name.Namespace, name.Key, null, 2, "broker-b")], _state);
        }

        var large = new KeyValueEntry(names[400].Namespace, names[400].Key, new string('x', 30_000), 1, "broker-b");
        var adoption = _book.Adopt([large], _state);

        Assert.Equal([large], adoption.Entries);
        Assert.NotEmpty(adoption.Forgotten);
        Assert.InRange(_book.Entries.Sum(entry => entry.Bytes), 0, KeyValueShare.GreatestBytes);
    }

    [Fact]
    public void What_it_takes_over_once_is_not_taken_over_again()
    {
        KeyValueEntry[] news = [new("n", "k", "value", 3, "broker-b"), new("n", "gone", null, 3, "broker-b")];

        Assert.Equal([news[0]], _book.Adopt(news, _state).Entries);
        Assert.Empty(_book.Adopt(news, _state).Entries);
        KeyValueEntry deleted = new("n", "k", null, 4, "broker-b");
        Assert.Equal([deleted], _book.Adopt([deleted], _state).Entries);
    }

    /// <summary>Long ones, so that they fill it soon.</summary>
    private static List<KeyValueName> NamesOfOneShare(int count) =>
        [.. Enumerable.Range(0, 100_000).Select(i => new KeyValueName("n", $"{new string('k', 300)}{i}")).Where(name => name.Share == 0).Take(count)];

    private KeyValueDecision Write(string key, string? value, long knownVersion = 0) =>
        _book.Write("broker-a", new KeyValueName("n", key), value, knownVersion, _state, Now, TestSettings.Limits);

    private static KeyValueShare Share(KeyValueEntry entry) =>
        new("broker-b", entry.Name.Share, new PartStamp(1, 1), KeyValueShare.Nothing.SetItem(entry.Name, entry));
}
