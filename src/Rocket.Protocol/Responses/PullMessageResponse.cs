using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>What a pull is answered with (codes 0, 19, 20, 21); clients want all four fields in each of them.</summary>
/// <param name="SuggestWhichBrokerId">Id to pull this queue from next time.</param>
/// <param name="NextBeginOffset">Queue offset to go on at. With code 21 clients store it as the group's offset.</param>
/// <param name="MinOffset">Offset of the queue's first message.</param>
/// <param name="MaxOffset">Offset that the queue's next message will get.</param>
public readonly record struct PullMessageResponse(long SuggestWhichBrokerId, long NextBeginOffset, long MinOffset, long MaxOffset)
    : IResponseHeader<PullMessageResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out PullMessageResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new PullMessageResponse(
            fields.RequiredInt64("suggestWhichBrokerId"u8),
            fields.RequiredInt64("nextBeginOffset"u8),
            fields.RequiredInt64("minOffset"u8),
            fields.RequiredInt64("maxOffset"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the fields to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, long suggestWhichBrokerId, long nextBeginOffset, long minOffset, long maxOffset)
    {
        encoder.AddField("suggestWhichBrokerId"u8, suggestWhichBrokerId);
        encoder.AddField("nextBeginOffset"u8, nextBeginOffset);
        encoder.AddField("minOffset"u8, minOffset);
        encoder.AddField("maxOffset"u8, maxOffset);
    }
}
