namespace Rocket.Host.Commands.Http;

/// <summary>A number of places that can be taken and given back from any thread.</summary>
internal sealed class Places(int count)
{
    private int _free = count;

    /// <summary>False: all are taken.</summary>
    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _free);
        return false;
    }

    public void GiveBack() => Interlocked.Increment(ref _free);
}
