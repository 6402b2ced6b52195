using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Puts (100), gets (101), deletes (102) or lists (219) settings kept by the name server.</summary>
/// <param name="Namespace">Such as ORDER_TOPIC_CONFIG.</param>
/// <param name="Key">Null only in a list.</param>
/// <param name="Value">Null except in a put.</param>
public sealed record KvConfigRequest(string Namespace, string? Key = null, string? Value = null) : IRequestHeader<KvConfigRequest>
{
    /// <summary>Reads the fields that the request's code asks for.</summary>
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out KvConfigRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new KvConfigRequest(
            fields.RequiredString("namespace"u8),
            header.Code == RequestCode.GetKvListByNamespace ? null : fields.RequiredString("key"u8),
            header.Code == RequestCode.PutKvConfig ? fields.RequiredString("value"u8) : null);
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("namespace"u8, Namespace);
        encoder.AddField("key"u8, Key);
        encoder.AddField("value"u8, Value);
    }
}
