using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>Answers 101.</summary>
/// <param name="Value">The setting.</param>
public readonly record struct KvConfigResponse(string Value) : IResponseHeader<KvConfigResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out KvConfigResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new KvConfigResponse(fields.RequiredString("value"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the field to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, string value) => encoder.AddField("value"u8, value);
}
