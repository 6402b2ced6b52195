using System.Buffers;
using System.Text;

namespace Rocket.Protocol.Topics;

/// <summary>What names of topics and groups have in common.</summary>
internal static class ResourceName
{
    private static readonly SearchValues<byte> AllowedBytes =
        SearchValues.Create("%|-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>Checks a name as RocketMQ does, in its order and with its words.</summary>
    public static bool Validate(ReadOnlySpan<byte> name, string kind, int maxLength, out string remark)
    {
        var fault = IsBlank(name) ? "is blank."
            : name.ContainsAnyExcept(AllowedBytes) ? "contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$"
            : name.Length > maxLength ? $"is longer than {kind} max length."
            : null;
        remark = fault is null ? string.Empty : $"The specified {kind} {fault}";
        return remark.Length == 0;
    }

    /// <inheritdoc cref="Validate(ReadOnlySpan{byte}, string, int, out string)" />
    public static bool Validate(string? name, string kind, int maxLength, out string remark) =>
        Validate(Encoding.UTF8.GetBytes(name ?? string.Empty), kind, maxLength, out remark);

    private static bool IsBlank(ReadOnlySpan<byte> name) => name.Trim(" \t\n\v\f\r"u8).IsEmpty;
}
