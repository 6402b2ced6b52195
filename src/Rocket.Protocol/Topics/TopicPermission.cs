namespace Rocket.Protocol.Topics;

/// <summary>Bits of a topic's perm.</summary>
public static class TopicPermission
{
    /// <summary>The topic is a template: sends may create topics after it.</summary>
    public const int Inherit = 1;

    public const int Write = 2;
    public const int Read = 4;
    public const int Priority = 8;

    /// <summary>What topics have as a rule: 6.</summary>
    public const int ReadWrite = Read | Write;
}
