namespace Rocket.TestCluster.Traffic;

/// <summary>A broker did what it promises never to do.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message)
{
    /// <exception cref="BrokenPromiseException">It does not hold.</exception>
    public static void ThrowUnless(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(message);
        }
    }

    /// <exception cref="BrokenPromiseException">There are mistakes; the first ten are told.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> mistakes)
    {
        if (mistakes.Count > 0)
        {
            throw new BrokenPromiseException($"{mistakes.Count} mistakes:{Environment.NewLine}{string.Join(Environment.NewLine, mistakes.Take(10))}");
        }
    }
}
