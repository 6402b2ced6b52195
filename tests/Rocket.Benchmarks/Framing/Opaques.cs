namespace Rocket.Benchmarks.Framing;

/// <summary>
/// An opaque that names a slot of the in-flight table and how often that slot was used: <c>1 000 000 000 + slot · 1000 + use modulo 1000</c>. It always has
/// ten digits, so it can be patched into a JSON header; a repeated or foreign answer does not match its slot's use.
/// </summary>
internal static class Opaques
{
    public const int Length = 10;
    public const int Uses = 1000;

    /// <summary>More requests than that in flight on one connection would leave the ten digits of an int32, or fill the socket buffers of both sides.</summary>
    public const int MaxSlots = 8192;

    private const int Base = 1_000_000_000;

    public static int Of(int slot, int use) => Base + (slot * Uses) + use;

    /// <summary>False when this opaque was never given out.</summary>
    public static bool TrySplit(int opaque, out int slot, out int use)
    {
        var value = opaque - Base;
        slot = value / Uses;
        use = value - (slot * Uses);
        return value >= 0 && slot < MaxSlots;
    }
}
