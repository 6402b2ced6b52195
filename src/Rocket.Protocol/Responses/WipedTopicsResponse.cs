using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>Answers 205.</summary>
/// <param name="Count">Topics that lost their write permission.</param>
public readonly record struct WipedTopicsResponse(int Count) : IResponseHeader<WipedTopicsResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out WipedTopicsResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new WipedTopicsResponse(fields.RequiredInt32("wipeTopicCount"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the field to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, int count) => encoder.AddField("wipeTopicCount"u8, count);
}
