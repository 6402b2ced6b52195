using CsCheck;
using Rocket.Actors.Clients;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

/// <summary>Pulls that filter by properties.</summary>
public sealed class PropertyScanTests : IDisposable
{
    private readonly QueueScenario _queue = new(segmentSize: 64 << 10);
    private readonly IndexEntry[] _selected = new IndexEntry[PullScan.GreatestCount];

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Only_messages_for_which_the_expression_is_true_are_found_and_the_others_are_passed()
    {
        Store("A", "B", "B", "A", "C", "B");

        var finding = Pull(0, "TAGS IN ('A', 'C')");

        Assert.Equal((PullStatus.Found, 6L, 3), (finding.Status, finding.NextOffset, finding.Count));
        Assert.Equal(_selected.Take(3).Sum(entry => entry.Size), finding.Bytes);
        var stored = _queue.Stored();
        Assert.Equal(new[] { 0, 3, 4 }.Select(offset => stored[offset].Position), _selected.Take(3).Select(entry => entry.Position));
    }

    [Fact]
    public void When_no_message_passes_the_client_goes_on_behind_those_that_were_looked_at()
    {
        Store("A", "B");

        Assert.Equal(new PullFinding(PullStatus.RetryImmediately, 2, 0, 2, 0, 0), Pull(0, "TAGS = 'other'"));
        Assert.Equal(new PullFinding(PullStatus.NotFound, 2, 0, 2, 0, 0), Pull(2, "TAGS = 'other'"));
    }

    [Fact]
    public void An_evaluation_that_fails_lets_nothing_pass()
    {
        Store("5", "A", "7");

        Assert.Equal((3L, 2), (Pull(0, "TAGS > 4").NextOffset, Pull(0, "TAGS > 4").Count));
    }

    [Fact]
    public void No_answer_has_more_messages_than_32_and_the_next_one_goes_on_behind_it()
    {
        Store([.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? "A" : "B")]);

        List<long> found = [];
        var offset = 0L;
        while (Pull(offset, "TAGS = 'A'") is { Status: PullStatus.Found } finding)
        {
            Assert.InRange(finding.Count, 1, 32);
            found.AddRange(_selected.Take(finding.Count).Select(entry => entry.Position));
            offset = finding.NextOffset;
        }

        Assert.Equal(_queue.Stored().Where(message => message.Offset % 2 == 0).Select(message => message.Position), found);
    }

    [Fact]
    public void A_strict_expression_looks_at_800_messages_and_no_more()
    {
        Store([.. Enumerable.Repeat("B", 801), "A"]);

        Assert.Equal(new PullFinding(PullStatus.RetryImmediately, 800, 0, 802, 0, 0), Pull(0, "TAGS = 'A'"));
        Assert.Equal((802L, 1), (Pull(800, "TAGS = 'A'").NextOffset, Pull(800, "TAGS = 'A'").Count));
    }

    [Fact]
    public void It_looks_at_one_MiB_of_messages_and_no_more()
    {
        for (var i = 0; i < 30; i++)
        {
            _queue.Take(TestAppend.Tagged("B", new string('x', 100 << 10)));
        }

        _queue.State.Write();

        var finding = Pull(0, "TAGS = 'A'");
        Assert.Equal((PullStatus.RetryImmediately, 10L, 0), (finding.Status, finding.NextOffset, finding.Count));
        Assert.Equal(20, Pull(10, "TAGS = 'A'").NextOffset);
    }

    [Fact]
    public void An_expression_that_costs_much_looks_at_fewer_messages_and_the_client_goes_on_from_there()
    {
        Store([.. Enumerable.Repeat("B", 799), "A"]);
        var costly = string.Join(" OR ", Enumerable.Repeat("a<b", 600)) + " OR TAGS = 'A'";

        List<long> offsets = [];
        var finding = Pull(0, costly);
        for (; finding.Status == PullStatus.RetryImmediately; finding = Pull(finding.NextOffset, costly))
        {
            offsets.Add(finding.NextOffset);
        }

        Assert.Equal((PullStatus.Found, 800L, 1), (finding.Status, finding.NextOffset, finding.Count));
        Assert.InRange(offsets[0], 200, 399);
        Assert.Equal(Enumerable.Range(1, offsets.Count).Select(look => look * offsets[0]), offsets);
    }

    [Fact]
    public void Whatever_a_look_may_cost_all_looks_together_find_each_message_that_passes_once()
    {
        Gen.Select(Gen.OneOf("A", "B", "C").Array[1, 120], Gen.OneOf("TAGS = 'A'", "TAGS <> 'B'", "TAGS CONTAINS 'C'", "TRUE"), Gen.Long[1, 4000], Gen.Int[1, 40]).Sample(
            (tags, text, cost, wanted) =>
            {
                using var queue = new QueueScenario(segmentSize: 64 << 10);
                foreach (var tag in tags)
                {
                    queue.Take(TestAppend.Tagged(tag));
                }

                queue.State.Write();
                var filter = Filter(text);
                List<long> found = [];
                var selected = new IndexEntry[wanted];
                for (var next = 0L; next < tags.Length;)
                {
                    var before = next;
                    var (count, _) = PropertyScan.Find(queue.Handle.Reader, ref next, tags.Length, filter.Sql!, selected, cost);
                    Assert.True(next > before, $"a look for {cost} steps came to nothing at {before}");
                    found.AddRange(selected.Take(count).Select(entry => entry.Position));
                }

                Assert.Equal(queue.Stored().Where(message => Passes(text, tags[(int)message.Offset])).Select(message => message.Position), found);
            },
            iter: 300);

        static bool Passes(string text, string tag) => text switch { "TAGS = 'A'" => tag == "A", "TAGS <> 'B'" => tag != "B", "TRUE" => true, _ => tag == "C" };
    }

    [Fact]
    public void A_single_message_beyond_all_bounds_is_looked_at_and_found()
    {
        _queue.Take(TestAppend.Tagged("B", new string('x', 2 << 20)));
        _queue.Take(TestAppend.Tagged("A", new string('x', 2 << 20)));
        _queue.State.Write();

        Assert.Equal((PullStatus.RetryImmediately, 1L), (Pull(0, "TAGS = 'A'").Status, Pull(0, "TAGS = 'A'").NextOffset));
        var finding = Pull(1, "TAGS = 'A'");
        Assert.Equal((PullStatus.Found, 2L, 1), (finding.Status, finding.NextOffset, finding.Count));
    }

    [Fact]
    public void An_answer_has_at_most_256_KiB()
    {
        for (var i = 0; i < 4; i++)
        {
            _queue.Take(TestAppend.Tagged("A", new string('x', 100 << 10)));
        }

        _queue.State.Write();

        var finding = Pull(0, "TAGS = 'A'");
        Assert.Equal((PullStatus.Found, 2L, 2), (finding.Status, finding.NextOffset, finding.Count));
    }

    [Fact]
    public void Messages_that_retention_takes_away_meanwhile_send_the_pull_on_to_the_new_minimum()
    {
        Store([.. Enumerable.Repeat("B", 2000)]);
        _queue.Flush();
        var reads = 0;
        _queue.Faults.BeforeRead = name =>
        {
            if (name.EndsWith(".log", StringComparison.Ordinal) && ++reads == 2)
            {
                _queue.Log.DropSegmentsBefore(_queue.Log.Watermarks.AppendedPosition);
            }
        };

        var finding = Pull(0, "TAGS = 'A'");
        Assert.Equal((PullStatus.OffsetMoved, _queue.Handle.MinimumOffset), (finding.Status, finding.NextOffset));
        Assert.InRange(finding.NextOffset, 1, 1999);
    }

    private PullFinding Pull(long offset, string expression) => PullScan.Find(_queue.Handle, offset, Filter(expression), _selected);

    private static SubscriptionExpression Filter(string expression)
    {
        Assert.True(PropertyExpressions.Shared.TryGet("SQL92", expression, out var filter, out var error), error);
        return filter;
    }

    private void Store(params string[] tags)
    {
        foreach (var some in tags.Chunk(100))
        {
            foreach (var tag in some)
            {
                _queue.Take(TestAppend.Tagged(tag));
            }

            _queue.State.Write();
        }
    }
}
