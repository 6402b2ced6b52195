using System.Security.Cryptography;
using System.Text;

namespace Rocket.Actors.Links;

/// <summary>
/// What the nodes of one cluster know and nobody else (<c>rocket.replication.secret</c>). It never leaves this object: not in a log, not on
/// the wire.
/// </summary>
public sealed class LinkSecret
{
    private readonly byte[] _key;

    /// <param name="text">Not empty.</param>
    public LinkSecret(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _key = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>HMAC-SHA256 of a message: 32 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => HMACSHA256.HashData(_key, message);

    /// <summary>Whether a signature is right, in a time that does not tell how nearly.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => CryptographicOperations.FixedTimeEquals(Sign(message), signature);

    /// <summary>Never the secret.</summary>
    public override string ToString() => "***";
}
