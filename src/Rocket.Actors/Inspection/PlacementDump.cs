using Rocket.Actors.Forming;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Inspection;

/// <summary>Shows a file of the placement folder: a broker's register, the voter's record, or what it granted last.</summary>
internal static class PlacementDump
{
    public static DumpLine Read(IStorageDirectory folder, string name)
    {
        try
        {
            if (name == PlacementStore.VoterFile)
            {
                return Describe(PlacementStore.ReadRecord(folder));
            }

            if (name == FormationStore.FileName)
            {
                return Describe(new FormationStore(folder).Read());
            }

            if (name == PlacementStore.VotedOutFile)
            {
                return new DumpLine(DumpLine.File).With("kind", "a person's vote").With("voted-out", PlacementStore.ReadVotedOut(folder));
            }

            if (name == PlacementStore.DoubtfulFile)
            {
                return new DumpLine(DumpLine.File).With("kind", "copies that may lack something").With("brokers", string.Join(",", PlacementStore.ReadDoubtful(folder)));
            }

            return PlacementStore.BrokerOf(name) is { } broker
                ? Describe(broker, PlacementStore.ReadRegister(folder, broker))
                : DumpLine.UnreadableAt(0, $"no register has a file of this name; one of broker-a is called {PlacementStore.FileOf("broker-a")}");
        }
        catch (Exception damage) when (damage is DamagedPlacementException or NewerFormatException)
        {
            return DumpLine.UnreadableAt(0, damage.Message);
        }
    }

    private static DumpLine Describe(VoterRecord record) => new DumpLine(DumpLine.File)
        .With("kind", "record of a voter")
        .With("starts", record.Starts)
        .With("votes", record.Votes ? "yes" : "no")
        .With("others", record.Others.Count == 0 ? null : string.Join(",", record.Others.Select(other => $"{other.Key}:{other.Value.Start.Starts}")));

    private static DumpLine Describe(FormationRecord record) => new DumpLine(DumpLine.File)
        .With("kind", "forming of clusters")
        .With("highest", record.Highest.ToString())
        .With("grantedTo", record.Grant?.Candidate)
        .With("grantedNumber", record.Grant?.Number.ToString());

    private static DumpLine Describe(string broker, AcceptorState state) => new DumpLine(DumpLine.File)
        .With("kind", "placement register of a broker")
        .With("broker", broker)
        .With("promisedBallot", state.Promised.ToString())
        .With("acceptedBallot", state.AcceptedBallot.ToString())
        .With("epoch", state.Value?.Epoch.ToString())
        .With("version", state.Value?.Version)
        .With("master", state.Value?.Master)
        .With("inSync", state.Value is { } value ? string.Join(",", value.InSync) : null)
        .With("wantedMaster", state.Value?.WantedMaster);
}
