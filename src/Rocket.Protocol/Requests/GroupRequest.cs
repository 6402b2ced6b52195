using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Names one consumer group (343, 352).</summary>
public sealed record GroupRequest(string Group) : IRequestHeader<GroupRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out GroupRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new GroupRequest(fields.RequiredString("group"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("group"u8, Group);
    }
}
