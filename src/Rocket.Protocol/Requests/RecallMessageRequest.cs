using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>5.x: takes back a message that is still waiting for its time (370).</summary>
public sealed record RecallMessageRequest(string? ProducerGroup, string Topic, string RecallHandle) : IRequestHeader<RecallMessageRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out RecallMessageRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new RecallMessageRequest(
            fields.OptionalString("producerGroup"u8),
            fields.RequiredString("topic"u8),
            fields.RequiredString("recallHandle"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("producerGroup"u8, ProducerGroup);
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("recallHandle"u8, RecallHandle);
    }
}
