using System.Globalization;
using Rocket.Actors.Storage;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Simulation.Storage;

/// <summary>
/// Thousands of short lives of a log on a disk that tears, loses, refuses and flips. A failure names its seed:
/// <c>ROCKET_SIMULATION_SEED=n</c> runs that one alone, <c>ROCKET_SIMULATION_SEEDS=n</c> so many instead of the usual number.
/// </summary>
public sealed class StorageSimulationTests(ITestOutputHelper output)
{
    private const int UsualSeeds = 2500;

    [Fact]
    public void Nothing_promised_is_lost_and_nothing_damaged_is_served()
    {
        foreach (var seed in Seeds())
        {
            Run(seed, simulation => simulation.Run());
        }
    }

    [Theory]
    [InlineData("Crash")]
    [InlineData("DiskFull")]
    [InlineData("FlushError")]
    public void A_log_survives_a_fault_at_every_single_step(string fault)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            for (var step = 1; ; step++)
            {
                var reached = false;
                Run(seed, simulation => reached = simulation.RunWithFault(Enum.Parse<Fault>(fault), step), $"{fault} at step {step}");
                if (!reached)
                {
                    break;
                }
            }
        }
    }

    [Fact]
    public void What_a_checkpoint_whose_fsync_failed_left_in_memory_alone_is_not_relied_on_when_the_power_fails_later()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var (fsync, crash) = (1, 1);
            while (true)
            {
                (bool Fsync, bool Crash) reached = default;
                Run(seed, simulation => reached = simulation.RunWithFailedCheckpoint(fsync, crash), $"fsync {fsync}, crash {crash}");
                if (!reached.Fsync)
                {
                    break;
                }

                (fsync, crash) = reached.Crash ? (fsync, crash + 1) : (fsync + 1, 1);
            }
        }
    }

    [Theory]
    [InlineData("DropsFlushes")]
    [InlineData("DropsSyncs")]
    [InlineData("RetriesFlushes")]
    [InlineData("KeepsTails")]
    [InlineData("LosesWrites")]
    public void The_checker_notices_a_storage_layer_that_is_careless(string carelessness)
    {
        var noticed = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            using var simulation = new LogSimulation(seed, Enum.Parse<Carelessness>(carelessness));
            try
            {
                simulation.Run();
            }
            catch (Exception failure) when (failure is BrokenPromiseException or DamagedLogException or DamagedRecordException or LogPoisonedException)
            {
                noticed++;
            }
        }

        output.WriteLine($"{carelessness} was noticed with {noticed} of 300 seeds");
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

    private static void Run(int seed, Action<LogSimulation> run, string what = "")
    {
        using var simulation = new LogSimulation(seed);
        try
        {
            run(simulation);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"ROCKET_SIMULATION_SEED={seed} {what}: {failure.Message}\n{simulation}", failure);
        }
    }
}
