namespace Rocket.Host.Gateway.Calls;

/// <summary>So many may be under way at once; nobody waits for a place. Any thread.</summary>
/// <param name="most">How many.</param>
internal sealed class Places(int most)
{
    private int _taken;

    /// <summary>Places that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return true;
        }

        Return();
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _taken);
}
