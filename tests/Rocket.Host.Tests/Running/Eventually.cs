namespace Rocket.Host.Tests.Running;

/// <summary>Waiting for what no event tells of.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <exception cref="TimeoutException">It does not hold after 10 s.</exception>
    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    /// <exception cref="TimeoutException">It does not hold after 10 s.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"not within {Patience.TotalSeconds} s");
            }

            await Task.Delay(Interval);
        }
    }
}
