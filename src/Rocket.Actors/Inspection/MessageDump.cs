using System.Text;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Inspection;

/// <summary>Shows a stored message.</summary>
internal static class MessageDump
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static DumpLine Describe(DumpLine line, in MessageView message, bool withBody)
    {
        line.With("physicalOffset", message.PhysicalOffset)
            .With("queueOffset", message.QueueOffset)
            .With("topic", Encoding.UTF8.GetString(message.Topic))
            .With("queue", message.QueueId)
            .With("tags", Property(message, PropertyNames.Tags))
            .With("keys", Property(message, PropertyNames.Keys))
            .With("uniqueKey", Property(message, PropertyNames.UniqueKey))
            .WithTime("born", message.BornTimestamp)
            .WithTime("stored", message.StoreTimestamp)
            .With("sysFlag", message.SysFlag)
            .With("bodySize", message.Body.Length);
        if (!message.BodyCrcMatches())
        {
            line.With("bodyCrc", "wrong");
        }

        return withBody ? WithBody(line, message.Body) : line;
    }

    private static string? Property(in MessageView message, ReadOnlySpan<byte> name) =>
        MessageProperties.TryGet(message.Properties, name, out var value) ? Encoding.UTF8.GetString(value) : null;

    private static DumpLine WithBody(DumpLine line, ReadOnlySpan<byte> body)
    {
        try
        {
            var text = Strict.GetString(body);
            return text.AsSpan().ContainsAnyInRange('\0', '\b') ? line.With("bodyHex", Convert.ToHexStringLower(body)) : line.With("body", text);
        }
        catch (DecoderFallbackException)
        {
            return line.With("bodyHex", Convert.ToHexStringLower(body));
        }
    }
}
