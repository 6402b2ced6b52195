namespace Rocket.TestCluster.Running;

/// <summary>Waiting for what no event tells of.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <exception cref="TimeoutException">It does not hold after 10 s.</exception>
    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    /// <exception cref="TimeoutException">It does not hold after that time.</exception>
    /// <param name="condition">What has to hold.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="state">What to say when it does not.</param>
    public static Task HoldsAsync(Func<bool> condition, TimeSpan patience, Func<string>? state = null) =>
        HoldsAsync(() => Task.FromResult(condition()), patience, state);

    /// <exception cref="TimeoutException">It does not hold after 10 s.</exception>
    public static Task HoldsAsync(Func<Task<bool>> condition) => HoldsAsync(condition, Patience);

    /// <exception cref="TimeoutException">It does not hold after that time.</exception>
    /// <param name="condition">What has to hold.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="state">What to say when it does not.</param>
    /// <param name="interval">How often to look; null: every 5 ms.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string>? state = null, TimeSpan? interval = null)
    {
        using var limit = new CancellationTokenSource(patience);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"not within {patience.TotalSeconds} s{(state is null ? "" : ": " + state())}");
            }

            await Task.Delay(interval ?? Interval);
        }
    }
}
