namespace Rocket.Protocol.Filters;

/// <summary>What a condition comes to for one message. Only <see cref="True"/> lets the message pass.</summary>
public enum SqlTruth
{
    False,
    True,

    /// <summary>A property that it needs is missing, or NULL stands in its place.</summary>
    Unknown,

    /// <summary>A property that is compared with a number is none. Nothing around it makes that good: the whole expression fails.</summary>
    Error,
}
