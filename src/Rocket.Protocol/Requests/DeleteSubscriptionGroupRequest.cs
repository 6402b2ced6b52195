using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Deletes a consumer group (207).</summary>
/// <param name="GroupName">The group.</param>
/// <param name="RemoveOffset">Whether its offsets go too; 4.x clients call it removeOffset, 5.x ones cleanOffset.</param>
public sealed record DeleteSubscriptionGroupRequest(string GroupName, bool RemoveOffset = false)
    : IRequestHeader<DeleteSubscriptionGroupRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out DeleteSubscriptionGroupRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new DeleteSubscriptionGroupRequest(
            fields.RequiredString("groupName"u8),
            fields.Boolean("removeOffset"u8) || fields.Boolean("cleanOffset"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("groupName"u8, GroupName);
        encoder.AddField("removeOffset"u8, RemoveOffset);
        encoder.AddField("cleanOffset"u8, RemoveOffset);
    }
}
