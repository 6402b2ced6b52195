using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Resets how often a half message was checked (323).</summary>
public sealed record ResumeCheckHalfMessageRequest(string? MessageId = null) : IRequestHeader<ResumeCheckHalfMessageRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ResumeCheckHalfMessageRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ResumeCheckHalfMessageRequest(fields.OptionalString("msgId"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("msgId"u8, MessageId);
    }
}
