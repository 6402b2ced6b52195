using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Names one topic (202, 215, 216, 217, 300, 351).</summary>
public sealed record TopicRequest(string Topic) : IRequestHeader<TopicRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out TopicRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new TopicRequest(fields.RequiredString("topic"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
    }
}
