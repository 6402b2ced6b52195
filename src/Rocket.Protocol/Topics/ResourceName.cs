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
        remark = string.Empty;
        if (IsBlank(name)) remark = $"The specified {kind} is blank.";
        else if (name.ContainsAnyExcept(AllowedBytes)) remark = $"The specified {kind} contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";
        else if (name.Length > maxLength) remark = $"The specified {kind} is longer than {kind} max length.";
        return remark.Length == 0;
    }

    /// <inheritdoc cref="Validate(ReadOnlySpan{byte}, string, int, out string)" />
    public static bool Validate(string? name, string kind, int maxLength, out string remark) =>
        Validate(Encoding.UTF8.GetBytes(name ?? string.Empty), kind, maxLength, out remark);

    private static bool IsBlank(ReadOnlySpan<byte> name) => name.Trim(" \t\n\v\f\r"u8).IsEmpty;
}
