using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Finds messages by key or by unique id (12).</summary>
/// <param name="BeginTimestamp">Earliest store time in milliseconds since 1970.</param>
/// <param name="EndTimestamp">Latest store time in milliseconds since 1970.</param>
/// <param name="UniqueKeyQuery">Whether Key is a UNIQ_KEY rather than one of KEYS.</param>
public sealed record QueryMessageRequest(
    string Topic,
    string Key,
    int MaxNum,
    long BeginTimestamp,
    long EndTimestamp,
    bool UniqueKeyQuery = false) : IRequestHeader<QueryMessageRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out QueryMessageRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new QueryMessageRequest(
            fields.RequiredString("topic"u8),
            fields.RequiredString("key"u8),
            fields.RequiredInt32("maxNum"u8),
            fields.RequiredInt64("beginTimestamp"u8),
            fields.RequiredInt64("endTimestamp"u8),
            fields.Boolean("_UNIQUE_KEY_QUERY"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("key"u8, Key);
        encoder.AddField("maxNum"u8, MaxNum);
        encoder.AddField("beginTimestamp"u8, BeginTimestamp);
        encoder.AddField("endTimestamp"u8, EndTimestamp);
        encoder.AddField("_UNIQUE_KEY_QUERY"u8, UniqueKeyQuery);
    }
}
