using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Rocket.Protocol.Json;

/// <summary>
/// Reads and writes bodies. Reading takes what RocketMQ's own reader takes: names in any case, trailing commas, quoted numbers, unknown
/// members, nulls. Writing is standard JSON without blanks; absent members are left out.
/// </summary>
public static class ProtocolJson
{
    /// <summary>Deepest nesting of a body; RocketMQ's own have at most 6.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonReaderOptions ReaderOptions = new() { AllowTrailingCommas = true, MaxDepth = MaxDepth };

    private static readonly ProtocolJsonContext Context = new(new JsonSerializerOptions
    {
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Text goes out as it is, not as \u escapes: nothing here ends up in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        PropertyNameCaseInsensitive = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    });

    /// <summary>The body of a value.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of this namespace's bodies.</exception>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeOf<T>());

    /// <summary>Reads a body; false with the reason when it is not one of these.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of this namespace's bodies.</exception>
    public static bool TryParse<T>(ReadOnlySpan<byte> body, [NotNullWhen(true)] out T? value, out string error)
    {
        value = default;
        error = body.IsEmpty ? "the body is empty" : string.Empty;
        if (body.IsEmpty)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(body, ReaderOptions);
            var parsed = JsonSerializer.Deserialize(ref reader, TypeOf<T>());
            // Throws when something stands behind the value.
            reader.Read();
            value = parsed;
            if (value is null)
            {
                error = "the body is null";
            }
        }
        catch (JsonException exception)
        {
            error = $"the body is not valid: {exception.Message}";
        }

        return value is not null;
    }

    /// <inheritdoc cref="TryParse{T}(ReadOnlySpan{byte}, out T, out string)" />
    public static bool TryParse<T>(in ReadOnlySequence<byte> body, [NotNullWhen(true)] out T? value, out string error)
    {
        if (body.IsSingleSegment)
        {
            return TryParse(body.FirstSpan, out value, out error);
        }

        // In one piece always: Utf8JsonReader over several throws IndexOutOfRangeException when they end within true, false or null (.NET 10.0).
        var length = checked((int)body.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(whole);
            return TryParse(whole.AsSpan(0, length), out value, out error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>?)Context.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"{typeof(T).Name} is not a body of the protocol");
}
