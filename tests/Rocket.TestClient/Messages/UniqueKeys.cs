using System.Buffers.Binary;
using System.Net;

namespace Rocket.TestClient.Messages;

/// <summary>
/// Makes UNIQ_KEY values as clients do: upper-case hex of ip, int16 process id, int32 class-loader hash (random here), int32 milliseconds since the
/// first of the month, int16 counter: 32 characters. Safe for use from many threads.
/// </summary>
public sealed class UniqueKeys(TimeProvider time, IPAddress address)
{
    private readonly int _instance = Random.Shared.Next();
    private int _counter;

    public static UniqueKeys Shared { get; } = new(TimeProvider.System, IPAddress.Loopback);

    public string Next()
    {
        var now = time.GetUtcNow();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        Span<byte> tail = stackalloc byte[2 + 4 + 4 + 2];
        BinaryPrimitives.WriteInt16BigEndian(tail, unchecked((short)Environment.ProcessId));
        BinaryPrimitives.WriteInt32BigEndian(tail[2..], _instance);
        BinaryPrimitives.WriteInt32BigEndian(tail[6..], unchecked((int)(long)(now - month).TotalMilliseconds));
        BinaryPrimitives.WriteInt16BigEndian(tail[10..], unchecked((short)Interlocked.Increment(ref _counter)));
        return Convert.ToHexString(address.GetAddressBytes()) + Convert.ToHexString(tail);
    }
}
