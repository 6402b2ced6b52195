namespace Rocket.TestClient.Wire;

/// <summary>How the header of one frame is written; the top byte of the second int32 of a frame.</summary>
public enum SerializeType : byte
{
    Json = 0,
    RocketMq = 1,
}
