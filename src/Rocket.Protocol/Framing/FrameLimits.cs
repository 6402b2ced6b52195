namespace Rocket.Protocol.Framing;

/// <summary>What a peer may send in one frame; anything longer closes its connection.</summary>
/// <param name="MaxFrameBytes">Greatest length a frame may state, itself not counted; Java peers refuse more than 16 MiB.</param>
/// <param name="MaxHeaderBytes">Greatest header within a frame.</param>
public sealed record FrameLimits(int MaxFrameBytes = 16_777_216, int MaxHeaderBytes = 65_536)
{
    /// <summary>The limits of a node that sets none.</summary>
    public static FrameLimits Default { get; } = new();
}
