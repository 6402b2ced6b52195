using System.Buffers;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>What must come back for the bytes that a client sends: which answers, and whether the connection is closed on it.</summary>
internal sealed class ExpectedAnswers
{
    /// <summary>A pull that may be held for longer need not be awaited.</summary>
    private const long LongestAwaitedMillis = 2;

    private readonly Dictionary<int, int> _missing = [];

    private ExpectedAnswers()
    {
    }

    /// <summary>Frames that the node gets to see, the one that it closes the connection for included.</summary>
    public int Frames { get; private set; }

    /// <summary>Whether these bytes break the protocol.</summary>
    public bool IsViolation { get; private set; }

    /// <summary>Answers that must come soon and have not.</summary>
    public int Missing { get; private set; }

    /// <summary>Answers that may come at any time, or not while the connection is open.</summary>
    public int Held { get; private set; }

    public static ExpectedAnswers To(byte[] bytes, FrameLimits limits)
    {
        var expected = new ExpectedAnswers();
        var header = new CommandHeader();
        var buffer = new ReadOnlySequence<byte>(bytes);
        try
        {
            while (FrameReader.TryRead(ref buffer, limits, out var frame))
            {
                expected.Frames++;
                header.Decode(frame.Header, frame.SerializeType);
                if (!header.IsResponse && !header.IsOneway)
                {
                    expected.Expect(header);
                }
            }
        }
        catch (ProtocolViolationException)
        {
            expected.IsViolation = true;
        }

        return expected;
    }

    /// <summary>Takes an answer; false: none with this number is awaited.</summary>
    public bool Take(int opaque)
    {
        if (!_missing.TryGetValue(opaque, out var count))
        {
            return false;
        }

        if (count == 1)
        {
            _missing.Remove(opaque);
        }
        else
        {
            _missing[opaque] = count - 1;
        }

        Missing--;
        return true;
    }

    public override string ToString() => $"{Missing} missing: {string.Join(", ", _missing.Keys.Take(5))}";

    private void Expect(CommandHeader header)
    {
        _missing[header.Opaque] = _missing.GetValueOrDefault(header.Opaque) + 1;
        if (MayBeHeld(header))
        {
            Held++;
        }

        Missing++;
    }

    private static bool MayBeHeld(CommandHeader header) => AsksClients(header) || IsLongPull(header);

    /// <summary>Clients of other streams, who answer nothing.</summary>
    private static bool AsksClients(CommandHeader header) =>
        header.Code is RequestCode.SendReplyMessage or RequestCode.SendReplyMessageV2 or RequestCode.InvokeBrokerToGetConsumerStatus
            or RequestCode.GetConsumerRunningInfo or RequestCode.ConsumeMessageDirectly;

    private static bool IsLongPull(CommandHeader header) =>
        header.Code is RequestCode.PullMessage or RequestCode.LitePullMessage
        && PullMessageRequest.TryRead(header, out var pull, out _)
        && (pull.SysFlag & PullSystemFlags.Suspend) != 0
        && pull.SuspendTimeoutMillis > LongestAwaitedMillis;
}
