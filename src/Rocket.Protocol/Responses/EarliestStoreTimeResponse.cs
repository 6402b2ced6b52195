using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>Answers 32.</summary>
/// <param name="Timestamp">Store time of the queue's first message in milliseconds since 1970; -1 when it has none.</param>
public readonly record struct EarliestStoreTimeResponse(long Timestamp) : IResponseHeader<EarliestStoreTimeResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out EarliestStoreTimeResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new EarliestStoreTimeResponse(fields.RequiredInt64("timestamp"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the field to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, long timestamp) => encoder.AddField("timestamp"u8, timestamp);
}
