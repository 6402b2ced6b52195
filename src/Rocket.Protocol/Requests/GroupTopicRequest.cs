using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Names a consumer group and a topic (345).</summary>
public sealed record GroupTopicRequest(string Group, string Topic) : IRequestHeader<GroupTopicRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out GroupTopicRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new GroupTopicRequest(fields.RequiredString("group"u8), fields.RequiredString("topic"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("group"u8, Group);
        encoder.AddField("topic"u8, Topic);
    }
}
