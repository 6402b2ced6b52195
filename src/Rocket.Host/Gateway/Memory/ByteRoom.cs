namespace Rocket.Host.Gateway.Memory;

/// <summary>
/// A number of bytes that is lent in pieces, first come, first served. A piece that is larger than all there is fits when nothing is lent. It is
/// asked for large pieces only, so a lock costs nothing.
/// </summary>
internal sealed class ByteRoom(long bytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private long _lent;

    /// <summary>Bytes that are lent now.</summary>
    public long Lent
    {
        get
        {
            lock (_gate)
            {
                return _lent;
            }
        }
    }

    /// <summary>Whether somebody waits for what others hold.</summary>
    public bool IsContended
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Takes a piece if it is there and nobody waits for one.</summary>
    public bool TryTake(int piece)
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 || !Fits(piece))
            {
                return false;
            }

            _lent += piece;
            return true;
        }
    }

    /// <summary>Takes a piece as soon as those that asked earlier have theirs.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is taken.</exception>
    public async Task TakeAsync(int piece, CancellationToken cancellation)
    {
        Waiting waiting;
        lock (_gate)
        {
            waiting = new Waiting(piece);
            _waiting.AddLast(waiting.Place);
            Serve();
        }

        using var registration = cancellation.UnsafeRegister(static (state, token) => ((Waiting)state!).Granted.TrySetCanceled(token), waiting);
        try
        {
            await waiting.Granted.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            GiveUp(waiting);
            throw;
        }
    }

    /// <summary>Gives a piece back.</summary>
    public void Return(int piece)
    {
        lock (_gate)
        {
            _lent -= piece;
            Serve();
        }
    }

    private void GiveUp(Waiting waiting)
    {
        lock (_gate)
        {
            if (waiting.Place.List is not null)
            {
                _waiting.Remove(waiting.Place);
                Serve();
            }
        }
    }

    private void Serve()
    {
        while (_waiting.First is { Value: var next } && (next.Granted.Task.IsCanceled || Fits(next.Piece)))
        {
            _waiting.RemoveFirst();
            if (next.Granted.TrySetResult())
            {
                _lent += next.Piece;
            }
        }
    }

    private bool Fits(int piece) => _lent == 0 || _lent + piece <= bytes;

    private sealed class Waiting
    {
        public Waiting(int piece)
        {
            Piece = piece;
            Place = new LinkedListNode<Waiting>(this);
        }

        public int Piece { get; }

        public LinkedListNode<Waiting> Place { get; }

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
