using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Faults;

/// <summary>Sequences of faults. The same seed, kinds and number give the same sequence, so that a run can be repeated.</summary>
internal static class FaultPlan
{
    /// <summary>Every kind comes once before one comes again, in an order that chance decides each time.</summary>
    public static IReadOnlyList<Fault> Of(int seed, int count, IReadOnlyList<FaultKind> kinds)
    {
        var random = new Random(seed);
        List<Fault> faults = [];
        while (faults.Count < count)
        {
            var round = kinds.ToArray();
            random.Shuffle(round);
            foreach (var kind in round.Take(count - faults.Count))
            {
                var broker = random.Next(2) == 0 ? ReplicatedNodes.BrokerA : ReplicatedNodes.BrokerB;
                faults.Add(new Fault(faults.Count + 1, kind, broker, random.NextDouble(), random.NextDouble()));
            }
        }

        return faults;
    }
}
