namespace Rocket.Protocol.Framing;

/// <summary>How a frame's header is written; the high byte of the frame's second word. Each frame says its own.</summary>
public enum SerializeType : byte
{
    /// <summary>One JSON object; what clients use unless told otherwise.</summary>
    Json = 0,

    /// <summary>Compact binary, chosen by Java clients with <c>rocketmq.serialize.type=ROCKETMQ</c>.</summary>
    RocketMq = 1,
}
