using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Groups;

public sealed class GroupOffsetsTests
{
    private static readonly QueueId First = new("Orders", 0);
    private static readonly QueueId Second = new("Orders", 1);
    private readonly GroupOffsets _offsets = new();

    [Fact]
    public void The_last_commit_of_each_queue_is_found_and_taken_once()
    {
        _offsets.Commit(First, 5);
        _offsets.Commit(Second, 7);
        _offsets.Commit(First, 6);
        Assert.Equal((6L, 7L), (_offsets.Find(First), _offsets.Find(Second)));
        Assert.Equal(
            [new CommittedOffset("g", "Orders", 0, 6), new CommittedOffset("g", "Orders", 1, 7)],
            _offsets.TakeChanges("g").OrderBy(change => change.QueueId));
        Assert.False(_offsets.HasChanges);
        Assert.Empty(_offsets.TakeChanges("g"));
    }

    [Fact]
    public void A_queue_without_a_commit_has_no_offset() => Assert.Null(_offsets.Find(First));

    [Fact]
    public void Offsets_may_be_wound_back()
    {
        _offsets.Commit(First, 100);
        _offsets.Commit(First, 0);
        Assert.Equal(0, _offsets.Find(First));
        Assert.True(_offsets.HasChanges);
    }

    [Fact]
    public void Committing_what_is_known_already_changes_nothing()
    {
        _offsets.Restore(First, 5);
        Assert.False(_offsets.HasChanges);
        _offsets.Commit(First, 5);
        Assert.False(_offsets.HasChanges);
        _offsets.Commit(First, 6);
        Assert.True(_offsets.HasChanges);
    }
}
