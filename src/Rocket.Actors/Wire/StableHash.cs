namespace Rocket.Actors.Wire;

/// <summary>
/// A hash of a name that is the same on every node and in every version, unlike <see cref="string.GetHashCode()"/>: it decides in which part
/// something is published.
/// </summary>
public static class StableHash
{
    /// <summary>FNV-1a over the UTF-16 units, with the high half folded in: its low bits alone spread similar names badly.</summary>
    public static uint Of(ReadOnlySpan<char> name)
    {
        const uint offsetBasis = 2166136261, prime = 16777619;
        uint hash = offsetBasis;
        foreach (char unit in name)
        {
            hash = unchecked((hash ^ (byte)unit) * prime);
            hash = unchecked((hash ^ (byte)(unit >> 8)) * prime);
        }

        return hash ^ (hash >> 16);
    }
}
