using Rocket.Actors.Queues;

namespace Rocket.Actors.Tests.Queues;

/// <summary>A held pull that counts how often it was woken.</summary>
internal sealed class TestPull(long offset, string? tag = null, long deadline = long.MaxValue) : PullWaiter
{
    private readonly int[] _tags = tag is null ? [] : [TestMessage.HashOf(tag)];

    public int Woken { get; private set; }

    public bool Abandoned { get; set; }

    public override long Offset => offset;

    public override long Deadline => deadline;

    public override bool IsAbandoned => Abandoned;

    /// <summary>Tells what it was woken for; set by tests that wait for it.</summary>
    public Action<TestPull>? OnWoken { get; set; }

    public override ReadOnlySpan<int> Tags => _tags;

    public override bool Accepts(int tagHash) => tag is null || tagHash == TestMessage.HashOf(tag);

    public override void Wake()
    {
        Woken++;
        OnWoken?.Invoke(this);
    }
}
