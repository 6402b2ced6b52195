using System.Buffers;
using System.Text;

namespace Rocket.Actors.Links;

/// <summary>
/// One side of the handshake, pure. The side that dialed speaks and proves first, so that whoever connects learns nothing that it does not
/// know:
/// <code>
///   dialing node                        accepting node
///   Hello(nonce, who) ────────────────▶ same cluster, voters, failover, version? a secret, too?
///   the same questions ◀─────────────── Hello(nonce, who)
///   Proof(HMAC "dialed") ─────────────▶ right? nobody else linked under that name?
///   right? linked ◀──────────────────── Welcome(HMAC "accepted"), linked
/// </code>
/// The HMAC-SHA256 is over a word for the side and both hellos with their nonces. Without a secret, proofs are empty. Any "no" is a
/// <see cref="LinkKind.Refusal"/> with the reason. It shows who is on the other side; it does not encrypt or sign what follows.
/// </summary>
public sealed class HandshakeState
{
    private static readonly byte[] DialedLabel = Encoding.ASCII.GetBytes("rocket link, dialed");
    private static readonly byte[] AcceptedLabel = Encoding.ASCII.GetBytes("rocket link, accepted");
    private readonly LinkIdentity _self;
    private readonly LinkSecret? _secret;
    private readonly byte[] _ownHello;
    private readonly KeyValuePair<string, string>? _dialed;
    private byte[] _theirHello = [];
    private LinkHello? _hello;
    private bool _isOver;

    private HandshakeState(LinkIdentity self, LinkSecret? secret, ReadOnlyMemory<byte> nonce, KeyValuePair<string, string>? dialed)
    {
        (_self, _secret, _dialed) = (self, secret, dialed);
        _ownHello = new LinkHello(LinkHello.CurrentVersion, LinkHello.OldestUnderstood, nonce, secret is not null, self).ToBytes();
    }

    /// <summary>The side that dialed <paramref name="peer"/> at an address.</summary>
    /// <param name="self">This node.</param>
    /// <param name="secret">Its secret, if any.</param>
    /// <param name="nonce"><see cref="LinkHello.NonceBytes"/> random bytes, of this connection alone.</param>
    /// <param name="peer">Name of the node that should be there.</param>
    public static HandshakeState Dialing(LinkIdentity self, LinkSecret? secret, ReadOnlyMemory<byte> nonce, string peer) =>
        new(self, secret, nonce, KeyValuePair.Create(peer, self.Voters[peer]));

    /// <summary>The side that was dialed.</summary>
    public static HandshakeState Accepting(LinkIdentity self, LinkSecret? secret, ReadOnlyMemory<byte> nonce) => new(self, secret, nonce, null);

    /// <summary>The first frame of the side that dialed.</summary>
    public HandshakeStep.Send Begin() =>
        _dialed is not null ? new HandshakeStep.Send(LinkKind.Hello, _ownHello) : throw new InvalidOperationException("The dialing side begins.");

    /// <summary>The other side sent this.</summary>
    /// <exception cref="LinkViolationException">It is not what comes next: nobody of ours.</exception>
    public HandshakeStep OnFrame(LinkKind kind, ReadOnlySpan<byte> payload)
    {
        if (_isOver)
        {
            throw new InvalidOperationException("The handshake is over.");
        }

        return (kind, _hello) switch
        {
            (LinkKind.Hello, null) => OnHello(payload),
            (LinkKind.Proof, not null) when _dialed is null => OnProof(payload, DialedLabel),
            (LinkKind.Welcome, not null) when _dialed is not null => OnProof(payload, AcceptedLabel),
            (LinkKind.Refusal, _) when _dialed is not null || _hello is not null => End(new HandshakeStep.Refused(ReadRefusal(payload))),
            _ => throw new LinkViolationException($"a frame of kind {(int)kind} is no part of a handshake at this point"),
        };
    }

    /// <summary>The payload of a <see cref="LinkKind.Refusal"/>.</summary>
    public static byte[] Refusal(string reason)
    {
        var output = new ArrayBufferWriter<byte>();
        output.WriteText(HelloRules.Shown(reason));
        return output.WrittenSpan.ToArray();
    }

    private HandshakeStep OnHello(ReadOnlySpan<byte> payload)
    {
        var (version, oldest) = LinkHello.ReadVersion(payload);
        if (HelloRules.RefuseVersion(_self.NodeName, version, oldest) is { } otherVersion)
        {
            return End(new HandshakeStep.Refuse(otherVersion));
        }

        _theirHello = payload.ToArray();
        _hello = LinkHello.Read(payload);
        if (HelloRules.Refuse(_self, _secret is not null, _hello, _dialed) is { } reason)
        {
            return End(new HandshakeStep.Refuse(reason));
        }

        return _dialed is null
            ? new HandshakeStep.Send(LinkKind.Hello, _ownHello)
            : new HandshakeStep.Send(LinkKind.Proof, Sign(DialedLabel));
    }

    private HandshakeStep OnProof(ReadOnlySpan<byte> payload, byte[] label)
    {
        if (_secret is null ? !payload.IsEmpty : !_secret.Verify(Signed(label), payload))
        {
            return End(new HandshakeStep.Refuse(HelloRules.DifferentSecrets(_self.NodeName, _hello!.Identity.NodeName)));
        }

        return End(new HandshakeStep.Agreed(_hello!, _dialed is null ? Sign(AcceptedLabel) : null));
    }

    private HandshakeStep End(HandshakeStep step)
    {
        _isOver = true;
        return step;
    }

    private byte[] Sign(byte[] label) => _secret?.Sign(Signed(label)) ?? [];

    // Lengths in front of the parts: no two pairs of hellos make the same text.
    private byte[] Signed(byte[] label)
    {
        var (dialing, accepting) = _dialed is not null ? (_ownHello, _theirHello) : (_theirHello, _ownHello);
        var output = new ArrayBufferWriter<byte>(label.Length + dialing.Length + accepting.Length + (2 * sizeof(long)));
        output.Write(label);
        output.WriteInt64(dialing.Length);
        output.Write(dialing);
        output.WriteInt64(accepting.Length);
        output.Write(accepting);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The reason in the payload of a <see cref="LinkKind.Refusal"/>, without what could disturb a log.</summary>
    /// <exception cref="LinkViolationException">There is none.</exception>
    public static string ReadRefusal(ReadOnlySpan<byte> payload)
    {
        var reader = new LinkFieldReader(payload);
        return HelloRules.Shown(reader.ReadText());
    }
}
