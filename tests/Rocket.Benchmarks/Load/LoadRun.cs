namespace Rocket.Benchmarks.Load;

internal enum LoadPhase
{
    /// <summary>Traffic that is not counted.</summary>
    Warmup,

    Measure,

    /// <summary>Nothing new is sent; answers still come.</summary>
    Drain,
}

/// <summary>What all connections of one run share: the phase, and how many messages may still be sent.</summary>
internal sealed class LoadRun(long? count)
{
    private readonly TaskCompletionSource _everythingRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _toSend = count ?? long.MaxValue;
    private long _read;
    private long _toRead = count ?? long.MaxValue;
    private volatile LoadPhase _phase = LoadPhase.Warmup;

    public LoadPhase Phase
    {
        get => _phase;
        set => _phase = value;
    }

    public bool IsStopping => _phase == LoadPhase.Drain;

    /// <summary>Completes when as many messages were read as the count says; never without a count.</summary>
    public Task EverythingRead => _everythingRead.Task;

    /// <summary>Asks for that many requests of so many messages each; the answer is how many may be sent. The last request may go over the count.</summary>
    public int Take(int requests, int messagesEach)
    {
        if (count is null)
        {
            return requests;
        }

        var wanted = (long)requests * messagesEach;
        var left = Interlocked.Add(ref _toSend, -wanted) + wanted;
        return left <= 0 ? 0 : (int)Math.Min(requests, (left + messagesEach - 1) / messagesEach);
    }

    /// <summary>Notes that messages were read; a pull may bring some more than the count.</summary>
    public void NoteRead(int messages)
    {
        if (Interlocked.Add(ref _read, messages) >= Interlocked.Read(ref _toRead))
        {
            _everythingRead.TrySetResult();
        }
    }

    /// <summary>Nothing more will be sent, and so many messages were stored: refused ones can't be waited for by those who read.</summary>
    public void EndSending(long stored)
    {
        if (count is not null)
        {
            Interlocked.Exchange(ref _toRead, Math.Min(stored, count.Value));
            NoteRead(0);
        }
    }
}
