using System.Buffers;
using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway.Calls;

/// <summary>What the server has asked one client and not been answered yet, by its own numbers: the client's requests have theirs. Any thread.</summary>
/// <param name="outstanding">What is not written yet counts like the client's own unanswered requests.</param>
/// <param name="memory">What all connections hold together.</param>
internal sealed class ClientCallTable(OutstandingBudget outstanding, GatewayMemory memory)
{
    /// <summary>Calls that wait for an answer, and oneway ones that wait to be written.</summary>
    public const int MostCalls = 1024;

    /// <summary>Bytes of bodies that wait to be written; a single one may have more.</summary>
    public const int MostBytes = 8 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, PendingCall> _awaited = [];
    private int _unwrittenOneways;
    private int _unwrittenBytes;
    private bool _hasEnded;

    /// <summary>Calls that wait for their answers.</summary>
    public int Awaited
    {
        get
        {
            lock (_gate)
            {
                return _awaited.Count;
            }
        }
    }

    /// <summary>Takes a call in before it is written. Null: it is taken in; otherwise why not.</summary>
    public ClientAnswer? TakeIn(PendingCall call)
    {
        lock (_gate)
        {
            if (_hasEnded)
            {
                return ClientAnswer.Lost;
            }

            if (_awaited.Count + _unwrittenOneways >= MostCalls
                || (_unwrittenBytes > 0 && call.Bytes > Math.Max(0, MostBytes - _unwrittenBytes))
                || IsTooMuch(call.Bytes))
            {
                return ClientAnswer.Refused;
            }

            if (call.IsOneway)
            {
                _unwrittenOneways++;
            }
            else
            {
                _awaited[call.Opaque] = call;
            }

            _unwrittenBytes += call.Bytes;
        }

        outstanding.Take(call.Bytes);
        return null;
    }

    /// <summary>A call is in the connection's output, or was dropped with the connection.</summary>
    public void Written(PendingCall call)
    {
        lock (_gate)
        {
            _unwrittenBytes -= call.Bytes;
            if (call.IsOneway)
            {
                _unwrittenOneways--;
            }
        }

        outstanding.Release(call.Bytes);
    }

    /// <summary>The client has answered something. An answer that nobody waits for is left out: it came too late, twice, or was never asked for.</summary>
    public void Answered(CommandHeader header, in ReadOnlySequence<byte> body)
    {
        if (Take(header.Opaque) is { } call)
        {
            call.End(IsTooMuch(body.Length) ? ClientAnswer.Refused : new ClientAnswer(ClientCallOutcome.Answered, header.Code, header.Remark, RelayedFields.Of(header), body.ToArray()));
        }
    }

    /// <summary>Nobody waits for the answer any more.</summary>
    public void GiveUp(PendingCall call) => Take(call.Opaque);

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        PendingCall[] lost;
        lock (_gate)
        {
            _hasEnded = true;
            lost = [.. _awaited.Values];
            _awaited.Clear();
        }

        foreach (var call in lost)
        {
            call.End(ClientAnswer.Lost);
        }
    }

    private PendingCall? Take(int opaque)
    {
        lock (_gate)
        {
            return _awaited.Remove(opaque, out var call) ? call : null;
        }
    }

    private bool IsTooMuch(long bytes) => bytes > GatewayMemory.FreeBytes && memory.Outstanding.IsFull;
}
