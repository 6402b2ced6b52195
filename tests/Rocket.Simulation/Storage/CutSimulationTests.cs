using Xunit;

namespace Rocket.Simulation.Storage;

public sealed class CutSimulationTests
{
    private const int Seeds = 60;

    [Fact]
    public void A_log_whose_end_is_cut_survives_a_crash_at_every_single_step()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            for (var step = 1; ; step++)
            {
                using var simulation = new CutSimulation(seed);
                bool crashed;
                try
                {
                    crashed = simulation.RunWithCrash(step);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"seed {seed}, crash at step {step}: {failure.Message}\n{simulation}", failure);
                }

                if (!crashed)
                {
                    break;
                }
            }
        }
    }
}
