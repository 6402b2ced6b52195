using Rocket.Actors.Queues;

namespace Rocket.Actors.Tests.Queues;

/// <summary>A send that remembers how it was answered.</summary>
internal sealed class TestAppend : Append
{
    private readonly string[] _bodies;
    private readonly string? _tag;

    private TestAppend(string[] bodies, string? tag) => (_bodies, _tag) = (bodies, tag);

    public IReadOnlyList<string> Bodies => _bodies;

    /// <summary>Its answers, in order; a correct one has one for each offer.</summary>
    public List<AppendOutcome> Answers { get; } = [];

    /// <summary>Runs within the answer.</summary>
    public Action<TestAppend>? Answered { get; set; }

    public static TestAppend Of(params string[] bodies) => new TestAppend(bodies, tag: null).Encode();

    public static TestAppend Tagged(string tag, string body = "tagged") => new TestAppend([body], tag).Encode();

    /// <summary>One message whose record is at least so large.</summary>
    public static TestAppend Large(int bytes) => Of(new string('x', bytes));

    /// <summary>Encodes the same messages once more, as a pooled append does.</summary>
    public TestAppend Encode()
    {
        var encoded = Array.ConvertAll(_bodies, body => TestMessage.Encode(body, _tag));
        Rent(encoded.Sum(message => message.Length));
        var start = 0;
        foreach (var message in encoded)
        {
            message.CopyTo(Buffer, start);
            AddRecord(start, message.Length, TestMessage.HashOf(_tag));
            AddKey((ulong)start);
            start += message.Length;
        }

        return this;
    }

    public TestAppend WithoutWaiting()
    {
        WaitsForFlush = false;
        return this;
    }

    /// <summary>Offers it; throws when the queue's budget is full.</summary>
    public TestAppend OfferedTo(QueueHandle queue) =>
        TryOffer(queue) ? this : throw new InvalidOperationException("The queue's budget is full.");

    public void GiveUp() => Reset();

    protected override void OnAnswered()
    {
        Answers.Add(Outcome);
        Answered?.Invoke(this);
    }
}
