using System.Globalization;
using Rocket.Actors.Placement;
using Rocket.Simulation.Storage;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Simulation.Placement;

/// <summary>
/// Thousands of short lives of voters that lose their folders. A failure names its seed: <c>ROCKET_SIMULATION_SEED=n</c> runs that one alone,
/// <c>ROCKET_SIMULATION_SEEDS=n</c> so many instead of the usual number.
/// </summary>
public sealed class VoterSimulationTests(ITestOutputHelper output)
{
    private const int UsualSeeds = 3000;
    private const int Tries = 1500;

    [Fact]
    public void What_was_agreed_stays_agreed_although_voters_lose_their_folders()
    {
        long changes = 0;
        long losses = 0;
        Parallel.ForEach(Seeds(), seed =>
        {
            var simulation = new VoterSimulation(seed);
            try
            {
                simulation.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"ROCKET_SIMULATION_SEED={seed}: {failure.Message}\n{simulation}", failure);
            }

            Interlocked.Add(ref changes, simulation.Changes);
            Interlocked.Add(ref losses, simulation.Losses);
        });
        output.WriteLine($"{changes} changes were agreed, {losses} voters lost their folders");
        Assert.True(changes > 0 && losses > 0);
    }

    [Theory]
    [InlineData("WipedVotesAtOnce")]
    [InlineData("OldCopyIsNotNoticed")]
    public void The_check_notices_voters_that_break_a_rule(string carelessness)
    {
        var noticed = 0;
        Parallel.For(0, Tries, seed =>
        {
            try
            {
                new VoterSimulation(seed, Enum.Parse<VoterCarelessness>(carelessness)).Run();
            }
            catch (Exception failure) when (failure is BrokenPromiseException or InvalidOperationException or DamagedPlacementException)
            {
                Interlocked.Increment(ref noticed);
            }
        });
        output.WriteLine($"{carelessness} was noticed with {noticed} of {Tries} seeds");
        Assert.True(noticed > 0);
    }

    private static IEnumerable<int> Seeds()
    {
        if (Number("ROCKET_SIMULATION_SEED") is { } one)
        {
            return [one];
        }

        return Enumerable.Range(0, Number("ROCKET_SIMULATION_SEEDS") ?? UsualSeeds);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
