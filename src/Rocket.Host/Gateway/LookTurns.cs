namespace Rocket.Host.Gateway;

/// <summary>
/// Turns for replies that take time to prepare: so many at once, first come, first served. Ten thousand connections may want to look at messages; what else the
/// pool's threads have to do, the links between nodes among it, is behind a few of them at most.
/// </summary>
internal sealed class LookTurns(int atOnce) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(atOnce, atOnce);

    /// <summary>Waits for a turn. Who has one gives it back after milliseconds, so this ends.</summary>
    public Task TakeAsync() => _turns.WaitAsync();

    public void Return() => _turns.Release();

    public void Dispose() => _turns.Dispose();
}
