namespace Rocket.Protocol.Topics;

/// <summary>Rules for the names of producer and consumer groups.</summary>
public static class GroupName
{
    /// <summary>Greatest length; all characters are ASCII, so bytes and characters are the same.</summary>
    public const int MaxLength = 255;

    /// <summary>Group of the producer that every client has for its own use.</summary>
    public const string ClientInnerProducer = "CLIENT_INNER_PRODUCER";

    /// <summary>Group that admin tools pull with; usable without being created.</summary>
    public const string ToolsConsumer = "TOOLS_CONSUMER";

    private static readonly string[] SystemPrefixes = ["CID_RMQ_SYS_", "CID_ONSAPI_"];

    private static readonly string[] SystemNames =
        [ToolsConsumer, "FILTERSRV_CONSUMER", "SELF_TEST_C_GROUP", "SELF_TEST_P_GROUP", ClientInnerProducer, "CID_ONS-HTTP-PROXY"];

    /// <summary>Checks a name as RocketMQ does; false with RocketMQ's own words.</summary>
    public static bool Validate(ReadOnlySpan<byte> group, out string remark) =>
        ResourceName.Validate(group, "group", MaxLength, out remark);

    /// <inheritdoc cref="Validate(ReadOnlySpan{byte}, out string)" />
    public static bool Validate(string? group, out string remark) => ResourceName.Validate(group, "group", MaxLength, out remark);

    /// <summary>Whether a group belongs to RocketMQ itself.</summary>
    public static bool IsSystem(string group) =>
        Array.IndexOf(SystemNames, group) >= 0
        || Array.Exists(SystemPrefixes, prefix => group.StartsWith(prefix, StringComparison.Ordinal));
}
