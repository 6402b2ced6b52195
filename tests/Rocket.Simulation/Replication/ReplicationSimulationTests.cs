using System.Globalization;
using Rocket.Simulation.Storage;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Simulation.Replication;

/// <summary>
/// Thousands of short lives of a replicated broker. A failure names its seed: <c>ROCKET_SIMULATION_SEED=n</c> runs that one alone, <c>ROCKET_SIMULATION_SEEDS=n</c> so many instead of the usual
/// number.
/// </summary>
public sealed class ReplicationSimulationTests(ITestOutputHelper output)
{
    private const int UsualSeeds = 5000;

    [Fact]
    public void Nothing_confirmed_is_lost_and_nothing_visible_changes() => Live(isPair: false);

    [Fact]
    public void Of_a_pair_whose_person_says_who_is_dead_nothing_confirmed_is_lost() => Live(isPair: true);

    private void Live(bool isPair)
    {
        long told = 0;
        long reigns = 0;
        long lost = 0;
        Parallel.ForEach(Seeds(), seed =>
        {
            var cluster = new SimulatedCluster(seed, isPair: isPair);
            try
            {
                cluster.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"ROCKET_SIMULATION_SEED={seed}: {failure.Message}\n{cluster}", failure);
            }

            Interlocked.Add(ref told, cluster.Promises.Count);
            Interlocked.Add(ref reigns, cluster.Reigns);
            Interlocked.Add(ref lost, cluster.Promises.Lost);
        });
        output.WriteLine($"{told} records were confirmed or shown by {reigns} masters; {lost} of them were lost with the machines of all that were in sync, under async-flush");
        Assert.True(told > 0);
    }

    [Theory]
    [InlineData("AgreesAlone")]
    [InlineData("OpensBeforeFencing")]
    [InlineData("CountsTooLate")]
    [InlineData("FlushesOnMasterOnly")]
    [InlineData("WipedVoterVotes")]
    [InlineData("ForgetsFence")]
    [InlineData("OpensAtOnce")]
    [InlineData("CeasesTooEarly")]
    [InlineData("IgnoresDoubt")]
    [InlineData("TrustsAtOnce")]
    [InlineData("ConfirmsDegraded", true)]
    [InlineData("TakesWordUnread", true)]
    public void The_checks_notice_a_cluster_that_breaks_a_rule(string recklessness, bool isPair = false)
    {
        var noticed = 0;
        var lives = 0;
        Parallel.For(0, UsualSeeds, (seed, loop) =>
        {
            Interlocked.Increment(ref lives);
            try
            {
                new SimulatedCluster(seed, Enum.Parse<Recklessness>(recklessness), isPair).Run();
            }
            catch (Exception failure) when (failure is not (NullReferenceException or KeyNotFoundException))
            {
                Interlocked.Increment(ref noticed);
                loop.Stop();
            }
        });
        output.WriteLine($"{recklessness} was noticed within {lives} lives");
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
