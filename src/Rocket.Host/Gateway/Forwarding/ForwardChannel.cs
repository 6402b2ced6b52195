using System.Buffers;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>
/// One client's requests over one link: what is under way, and who waits for answers. Requests are sent in the order of their arrival, and no more of them than
/// the other side takes up.
/// </summary>
internal sealed class ForwardChannel : IDisposable
{
    private readonly ForwardLink _link;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, ForwardedRequest> _awaited = [];
    private readonly ByteRoom _window = new(TakenBytes.Window);
    private readonly CancellationTokenSource _end;
    private readonly CancellationToken _ended;
    private readonly TakenBytes _taken;
    private readonly byte[] _origin;
    private int _untaken;
    private int _answersHere;
    private int _answerBytes;
    private bool _hasEnded;

    /// <param name="link">The link.</param>
    /// <param name="client">The client's connection.</param>
    public ForwardChannel(ForwardLink link, GatewayConnection client)
    {
        (_link, Client) = (link, client);

        // Whoever has left waits for no room: its connection's reader has to come to its end.
        _end = CancellationTokenSource.CreateLinkedTokenSource(client.Closed);
        _ended = _end.Token;
        _origin = ForwardLayout.OriginOf(client.BrokerName, client.Remote);
        _taken = new TakenBytes(link.Connection, LinkKind.ForwardedRequest, client.Id);
    }

    public GatewayConnection Client { get; }

    /// <summary>Bytes of answers that the client has not taken yet.</summary>
    public int AnswerBytes => Volatile.Read(ref _answerBytes);

    /// <summary>The client's frame as it travels.</summary>
    public LinkFrame FrameOf(in Frame frame) => ForwardLayout.Request(Client.Id, _origin, frame);

    /// <summary>Sends a request; it is answered or lost in any case. Complete when the next may follow.</summary>
    /// <param name="request">The request.</param>
    /// <param name="frame">From <see cref="FrameOf"/>; taken in any case.</param>
    /// <param name="bytes">Bytes of the client's frame.</param>
    public async ValueTask SendAsync(ForwardedRequest request, LinkFrame frame, int bytes)
    {
        if (!await TakeRoomAsync(bytes).ConfigureAwait(false) || !TryAwait(request))
        {
            frame.Release();
            request.Lost();
            return;
        }

        var isSent = await LinkRoom.SendAsync(_link.Connection, frame, _ended).ConfigureAwait(false);
        if (request.Address.IsOneway)
        {
            End(request, isSent);
        }
        else if (!isSent && TryTake(request))
        {
            request.Lost();
        }
    }

    /// <summary>An answer has come.</summary>
    /// <param name="opaque">The number of its request.</param>
    /// <param name="frame">Valid during the call.</param>
    public void Answered(int opaque, in ReadOnlySequence<byte> frame)
    {
        var bytes = (int)frame.Length;
        Interlocked.Increment(ref _answersHere);
        Interlocked.Add(ref _answerBytes, bytes);
        _link.Answers.Take(bytes);
        if (Take(opaque) is { } request)
        {
            request.Answered(this, frame);
        }
        else
        {
            // Its request was given up.
            AnswerGone(bytes);
        }
    }

    /// <summary>An answer is with the client, or dropped.</summary>
    public void AnswerGone(int bytes)
    {
        _link.Answers.Return(bytes);
        Interlocked.Add(ref _answerBytes, -bytes);
        _taken.Add(bytes, isAll: Interlocked.Decrement(ref _answersHere) == 0);
    }

    /// <summary>The other side has taken so many bytes of requests up.</summary>
    public void RequestsTaken(int bytes)
    {
        int returned;
        lock (_gate)
        {
            returned = Math.Min(bytes, _untaken);
            _untaken -= returned;
        }

        _window.Return(returned);
        _link.Room.Return(returned);
    }

    /// <summary>Nothing comes back any more. Everything that is awaited is lost.</summary>
    public void End()
    {
        List<ForwardedRequest> lost;
        int untaken;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            lost = AllAwaited();
            _awaited.Clear();
            (untaken, _untaken) = (_untaken, 0);
        }

        _link.Room.Return(untaken);
        _end.Cancel();
        _end.Dispose();
        foreach (var request in lost)
        {
            request.Lost();
        }
    }

    void IDisposable.Dispose() => End();

    /// <summary>This node stops: what may wait for long is not waited for.</summary>
    public void GiveUpWaiting()
    {
        List<ForwardedRequest> waiting;
        lock (_gate)
        {
            waiting = [.. AllAwaited().Where(request => request.MayWaitLong)];
        }

        foreach (var request in waiting.Where(TryTake))
        {
            request.Lost();
        }
    }

    private static void End(ForwardedRequest oneway, bool isSent)
    {
        if (isSent)
        {
            oneway.Sent();
        }
        else
        {
            oneway.Lost();
        }
    }

    private async ValueTask<bool> TakeRoomAsync(int bytes)
    {
        try
        {
            // The client's own first: one whose requests are not taken up must not wait with room that others could use.
            if (!_window.TryTake(bytes))
            {
                await _window.TakeAsync(bytes, _ended).ConfigureAwait(false);
            }

            if (!_link.Room.TryTake(bytes))
            {
                await _link.Room.TakeAsync(bytes, _ended).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return NoteUntaken(bytes);
    }

    private bool NoteUntaken(int bytes)
    {
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _untaken += bytes;
                return true;
            }
        }

        _link.Room.Return(bytes);
        return false;
    }

    private bool TryAwait(ForwardedRequest request)
    {
        if (request.Address.IsOneway)
        {
            return true;
        }

        lock (_gate)
        {
            if (_hasEnded)
            {
                return false;
            }

            _awaited.TryGetValue(request.Address.Opaque, out var earlier);
            request.Earlier = earlier;
            _awaited[request.Address.Opaque] = request;
            return true;
        }
    }

    private ForwardedRequest? Take(int opaque)
    {
        lock (_gate)
        {
            if (!_awaited.Remove(opaque, out var request))
            {
                return null;
            }

            if (request.Earlier is { } earlier)
            {
                _awaited[opaque] = earlier;
            }

            return request;
        }
    }

    /// <summary>False: it was answered or lost meanwhile.</summary>
    private bool TryTake(ForwardedRequest request)
    {
        lock (_gate)
        {
            if (!_awaited.TryGetValue(request.Address.Opaque, out var latest))
            {
                return false;
            }

            if (ReferenceEquals(latest, request))
            {
                Take(request.Address.Opaque);
                return true;
            }

            for (var later = latest; later.Earlier is { } earlier; later = earlier)
            {
                if (ReferenceEquals(earlier, request))
                {
                    later.Earlier = earlier.Earlier;
                    return true;
                }
            }

            return false;
        }
    }

    private List<ForwardedRequest> AllAwaited()
    {
        List<ForwardedRequest> all = [];
        foreach (var latest in _awaited.Values)
        {
            for (var request = latest; request is not null; request = request.Earlier)
            {
                all.Add(request);
            }
        }

        return all;
    }
}
