using System.Globalization;
using Rocket.Simulation.Storage;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Simulation.Forming;

/// <summary>
/// Thousands of cold starts with faults. A failure names its seed: <c>ROCKET_SIMULATION_SEED=n</c> runs that one alone,
/// <c>ROCKET_SIMULATION_SEEDS=n</c> so many instead of the usual number.
/// </summary>
public sealed class FormingSimulationTests(ITestOutputHelper output)
{
    private const int UsualSeeds = 2000;
    private const int Tries = 2000;

    [Fact]
    public void Whoever_forms_a_cluster_has_a_majority_outside_of_any_other_and_all_are_in_one_in_the_end()
    {
        long foundings = 0;
        Parallel.ForEach(Seeds(), seed =>
        {
            var simulation = new FormingSimulation(seed);
            try
            {
                simulation.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"ROCKET_SIMULATION_SEED={seed}: {failure.Message}\n{simulation}", failure);
            }

            Interlocked.Add(ref foundings, simulation.Foundings);
        });
        output.WriteLine($"{foundings} clusters were formed");
        Assert.True(foundings > 0);
    }

    [Theory]
    [InlineData("AsksNobody")]
    [InlineData("ForgetsItsWord")]
    [InlineData("KeepsItsWordTooShort")]
    [InlineData("GrantsWithAnEmptyFolder")]
    public void The_check_notices_nodes_that_break_a_rule(string carelessness)
    {
        var noticed = 0;
        Parallel.For(0, Tries, seed =>
        {
            try
            {
                new FormingSimulation(seed, Enum.Parse<FormingCarelessness>(carelessness)).Run();
            }
            catch (BrokenPromiseException)
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
