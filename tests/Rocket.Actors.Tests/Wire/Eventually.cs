using Xunit;

namespace Rocket.Actors.Tests.Wire;

/// <summary>Waits for what another node has to hear first.</summary>
public static class Eventually
{
    /// <summary>Waits until the condition holds; fails after the time is over.</summary>
    public static async Task Holds(Func<bool> condition, string what, TimeSpan? within = null)
    {
        using var late = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(15));
        while (!condition())
        {
            if (late.IsCancellationRequested)
            {
                Assert.Fail($"It did not come true in time: {what}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
