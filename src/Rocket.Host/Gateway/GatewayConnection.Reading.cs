using System.Buffers;
using System.IO.Pipelines;
using Rocket.Host.Gateway.Handlers;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>The reader of a connection: cuts frames, finds who serves them, and reads no more than may be held.</summary>
internal sealed partial class GatewayConnection
{
    /// <summary>What a request counts besides its bytes: the objects that stand for it until it is answered.</summary>
    private const int RequestOverhead = 256;

    private async Task ReadAsync(PipeReader input)
    {
        var isCanceled = false;
        while (true)
        {
            // Without a token: what a client sent before it closed its half is still read.
            var read = await input.ReadAsync().ConfigureAwait(false);
            Touch();
            isCanceled |= read.IsCanceled;
            var buffer = read.Buffer;
            var (isHandled, isFull) = (false, false);
            while (!isFull && FrameReader.TryRead(ref buffer, _environment.FrameLimits, out var frame))
            {
                (HasSpoken, isHandled) = (true, true);
                var handling = Dispatch(frame);
                if (!handling.IsCompletedSuccessfully)
                {
                    await handling.ConfigureAwait(false);
                }

                // A client that has left sends nothing more, so that what is here may be read to its end.
                isFull = Outstanding.IsFull && !Closed.IsCancellationRequested;
            }

            if (isHandled)
            {
                _incoming.Completed();
                _header.Trim();
            }

            var wanted = isFull ? 0 : _incoming.RoomWanted(buffer);

            // What was not looked at comes again at once.
            input.AdvanceTo(buffer.Start, isFull ? buffer.Start : buffer.End);
            if (isFull)
            {
                await AwaitAnswersAsync().ConfigureAwait(false);
            }
            else if (read.IsCompleted || isCanceled)
            {
                return;
            }
            else if (wanted > 0)
            {
                await _incoming.TakeRoomAsync(wanted, Closed).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until requests are answered, or the client has left.</summary>
    private async ValueTask AwaitAnswersAsync()
    {
        try
        {
            await Outstanding.WaitForRoomAsync(Closed).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What it sent before is read to its end.
        }
    }

    private ValueTask Dispatch(in Frame frame)
    {
        _header.Decode(frame.Header, frame.SerializeType);
        if (_header.IsResponse)
        {
            Answered(frame);
            return ValueTask.CompletedTask;
        }

        var charge = (int)(frame.Header.Length + frame.Body.Length) + RequestOverhead;
        Outstanding.Take(charge);
        var handler = _requests.Find(_header.Code);
        if (handler is null)
        {
            new PendingAnswer(this, ReplyAddress.Of(_header), charge).Answer(
                ResponseCode.RequestCodeNotSupported, $" request type {_header.Code} not supported");
            return ValueTask.CompletedTask;
        }

        // Once it is open it stays so.
        _isShut = _isShut && _environment.Start.RefusesUntilOpen(Listener.Broker);
        if (_isShut)
        {
            return RefuseWhileShut(handler, charge);
        }

        var request = new GatewayRequest(this, _header, frame.Body, charge) { Frame = frame };
        if (_pass is null || handler.Place != RequestPlace.Leader)
        {
            return IsRefusedAtStop(handler) ? Refuse(handler.WhileStopping, charge) : handler.HandleAsync(request);
        }

        if (!TryEnter())
        {
            return ServeUnled(request, handler);
        }

        try
        {
            return IsRefusedAtStop(handler) ? Refuse(handler.WhileStopping, charge) : handler.HandleAsync(request);
        }
        finally
        {
            _pass.Leave();
        }
    }

    /// <summary>Whether the broker is led here. While the caller is inside, which must be short, its actors take what it tells them.</summary>
    public bool TryEnter()
    {
        _pass!.Enter();
        if (Listener.Broker!.Directory.IsLeading)
        {
            return true;
        }

        _pass.Leave();
        return false;
    }

    public void Leave() => _pass!.Leave();

    // What is led here and will be led elsewhere is served until it is: then the rest waits for that.
    private bool IsRefusedAtStop(IRequestHandler handler) =>
        _environment.IsStopping && handler.WhileStopping != WhileStopping.Serve && Listener.Broker is not { Directory.HasOthersInSync: true };

    /// <summary>
    /// The broker is not led here. What was forwarded to this node is not forwarded again, the nodes would play ball with it; unless it has met a change of master, of which there is one at a time.
    /// </summary>
    public ValueTask ServeUnled(in GatewayRequest request, IRequestHandler handler)
    {
        if (_environment.Copies.TryAnswer(request, handler))
        {
            return ValueTask.CompletedTask;
        }

        if (!IsForwarded && _environment.Forwarder is { } forwarder && forwarder.TryForward(request, handler, out var forwarding))
        {
            return forwarding;
        }

        if (handler.WithoutLeader != WithoutLeader.Hold && _environment.Forwarder?.TryAwaitMaster(request, handler, out var waiting) == true)
        {
            return waiting;
        }

        if (_environment.IsStopping)
        {
            return Refuse(handler.WhileStopping, request.Charge);
        }

        if (handler.WithoutLeader == WithoutLeader.Hold)
        {
            return IsForwarded && _environment.Leaders.LinkToLeaderOf(Listener.Broker!) is not null ? GiveBack(request.Charge) : handler.HandleAsync(request);
        }


        new PendingAnswer(this, request.Address, request.Charge).Answer(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(Listener.Broker!));
        return ValueTask.CompletedTask;
    }

    /// <summary>The node that forwarded it holds it and asks the right one, as soon as this connection has ended.</summary>
    private ValueTask GiveBack(int charge)
    {
        Outstanding.Release(charge);
        Abort(BrokerRemarks.NotLed(Listener.Broker!));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// The node is in no cluster: another one can serve what needs a leader. Whoever must not be told an error, or a route that this node does not know, is reset, and comes again.
    /// </summary>
    private ValueTask RefuseWhileShut(IRequestHandler handler, int charge)
    {
        var remark = $"service not available now: node {_environment.Node.Settings.NodeName} is in no cluster at the moment, try another one";
        if (handler.WhileStopping == WhileStopping.Refuse)
        {
            new PendingAnswer(this, ReplyAddress.Of(_header), charge).Answer(ResponseCode.ServiceNotAvailable, remark);
        }
        else
        {
            Outstanding.Release(charge);
            Abort(remark);
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask Refuse(WhileStopping fate, int charge)
    {
        var answer = new PendingAnswer(this, ReplyAddress.Of(_header), charge);
        if (fate == WhileStopping.Drop)
        {
            answer.Completed();
            _owesAnswers = true;
        }
        else
        {
            answer.Answer(ResponseCode.ServiceNotAvailable, $"service not available now: node {_environment.Node.Settings.NodeName} is stopping, try another one");
        }

        return ValueTask.CompletedTask;
    }
}
