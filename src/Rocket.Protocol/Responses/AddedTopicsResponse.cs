using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>Answers 327.</summary>
/// <param name="Count">Topics that got their write permission back.</param>
public readonly record struct AddedTopicsResponse(int Count) : IResponseHeader<AddedTopicsResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out AddedTopicsResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new AddedTopicsResponse(fields.RequiredInt32("addTopicCount"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the field to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, int count) => encoder.AddField("addTopicCount"u8, count);
}
