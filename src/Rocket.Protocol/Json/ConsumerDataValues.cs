using System.Text;

namespace Rocket.Protocol.Json;

/// <summary>How a consumer gets its messages.</summary>
public static class ConsumeTypes
{
    /// <summary>The application pulls.</summary>
    public const string Actively = "CONSUME_ACTIVELY";

    /// <summary>The client pulls and calls a listener ("push").</summary>
    public const string Passively = "CONSUME_PASSIVELY";

    /// <summary>5.x.</summary>
    public const string Pop = "CONSUME_POP";
}

/// <summary>Whether the members of a group share the messages.</summary>
public static class MessageModels
{
    /// <summary>Each member gets every message and keeps its own offsets.</summary>
    public const string Broadcasting = "BROADCASTING";

    /// <summary>Members share the queues.</summary>
    public const string Clustering = "CLUSTERING";
}

/// <summary>Where a group without stored offsets starts.</summary>
public static class ConsumeFromWheres
{
    public const string LastOffset = "CONSUME_FROM_LAST_OFFSET";
    public const string FirstOffset = "CONSUME_FROM_FIRST_OFFSET";
    public const string Timestamp = "CONSUME_FROM_TIMESTAMP";
}

/// <summary>How the text of a subscription is meant.</summary>
public static class ExpressionTypes
{
    /// <summary>Tags separated by <c>||</c>, or <c>*</c>.</summary>
    public const string Tag = "TAG";

    /// <summary>A condition over properties.</summary>
    public const string Sql92 = "SQL92";

    /// <summary>Whether this is TAG, in any case, or nothing, which means the same.</summary>
    public static bool IsTag(string? type) => string.IsNullOrEmpty(type) || type.Equals(Tag, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc cref="IsTag(string)"/>
    public static bool IsTag(ReadOnlySpan<byte> utf8) => utf8.IsEmpty || Ascii.EqualsIgnoreCase(utf8, Tag);

    /// <summary>Whether this is SQL92, in any case.</summary>
    public static bool IsSql92(string type) => type.Equals(Sql92, StringComparison.OrdinalIgnoreCase);
}
