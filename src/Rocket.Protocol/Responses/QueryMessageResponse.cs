using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>Answers 12; the body is the messages' records back to back.</summary>
/// <param name="IndexLastUpdateTimestamp">Store time of the newest message in the index, in milliseconds since 1970.</param>
/// <param name="IndexLastUpdatePhysicalOffset">Physical offset of that message.</param>
public readonly record struct QueryMessageResponse(long IndexLastUpdateTimestamp, long IndexLastUpdatePhysicalOffset)
    : IResponseHeader<QueryMessageResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out QueryMessageResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new QueryMessageResponse(
            fields.RequiredInt64("indexLastUpdateTimestamp"u8),
            fields.RequiredInt64("indexLastUpdatePhyoffset"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the fields to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, long indexLastUpdateTimestamp, long indexLastUpdatePhysicalOffset)
    {
        encoder.AddField("indexLastUpdateTimestamp"u8, indexLastUpdateTimestamp);
        encoder.AddField("indexLastUpdatePhyoffset"u8, indexLastUpdatePhysicalOffset);
    }
}
