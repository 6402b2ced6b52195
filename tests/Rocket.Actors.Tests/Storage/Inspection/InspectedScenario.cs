using System.Security.Cryptography;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Xunit;

namespace Rocket.Actors.Tests.Storage.Inspection;

/// <summary>Inspecting the log of a <see cref="LogScenario"/>, which must leave its files as they are.</summary>
internal static class InspectedScenario
{
    public static readonly LogOptions SmallSegments = new(SegmentSize: 4096);

    /// <summary>Records in small segments, a checkpoint, more records.</summary>
    public static LogScenario Written(int flush, int more = 0, bool cleanStop = false)
    {
        var scenario = new LogScenario(SmallSegments);
        Append(scenario, flush);
        scenario.Log.Checkpoint(cleanStop);
        Append(scenario, more);
        scenario.Close();
        return scenario;
    }

    public static void Append(LogScenario scenario, int count)
    {
        for (; count > 0; count -= 10)
        {
            scenario.Append(Math.Min(10, count));
        }
    }

    public static (InspectedLog Log, InspectionTally Tally) Inspect(this LogScenario scenario, IRecordAudit? audit = null)
    {
        var before = Contents(scenario);
        var tally = new InspectionTally();
        var log = LogInspector.Inspect(FileDirectory.ForReading(scenario.LogPath), LogScenario.Name, audit ?? new TestAudit(), tally);
        Assert.Equal(before, Contents(scenario));
        return (log, tally);
    }

    public static Finding Only(this InspectionTally tally) => Assert.Single(tally.Findings);

    public static string[] Contents(LogScenario scenario) =>
        [.. scenario.Files.Select(name => $"{name} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(scenario.FileOf(name))))}")];
}
