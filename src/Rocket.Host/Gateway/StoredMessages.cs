using Rocket.Actors.Storage;
using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway;

/// <summary>Messages that an answer consists of: chosen when it is decided, read when it is written, so that answers which wait for their client take no memory.</summary>
internal sealed class StoredMessages(IReadOnlyList<(LogReader Reader, IndexEntry Entry)> messages)
{
    /// <summary>No message.</summary>
    public static readonly StoredMessages None = new([]);

    /// <summary>Bytes of all of them.</summary>
    public int Bytes { get; } = messages.Sum(message => message.Entry.Size);

    /// <summary>What reading them may throw; the answer then becomes an error.</summary>
    public static bool IsUnreadable(Exception exception) => exception is IOException or DamagedRecordException or ObjectDisposedException;

    /// <summary>The error that it becomes. A log that was closed meanwhile, since its broker is handed over, has nothing wrong; nobody needs to look.</summary>
    public static (int Code, string Remark) Refusal(Exception exception, ClientLog log, string what)
    {
        if (exception is ObjectDisposedException)
        {
            return (ResponseCode.ServiceNotAvailable, $"service not available now: {what} is not led by this node any more, try another one");
        }

        log.Unreadable(what, exception);
        return (ResponseCode.SystemError, exception.Message);
    }

    /// <summary>Reads them back to back, without those that retention took meanwhile. Returns how many bytes that came to.</summary>
    public int ReadTo(Span<byte> destination)
    {
        var bytes = 0;
        foreach (var (reader, entry) in messages)
        {
            try
            {
                reader.ReadPayload(entry, destination.Slice(bytes, entry.Size));
                bytes += entry.Size;
            }
            catch (OffsetBelowMinimumException)
            {
                // As if it had not been found.
            }
        }

        return bytes;
    }
}
