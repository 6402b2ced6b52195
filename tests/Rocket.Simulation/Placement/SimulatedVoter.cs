using Akka.Actor;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Placement;

/// <summary>One voter of a <see cref="VoterSimulation"/>: the product's own, on a disk that may be wiped, put back to an old copy, or lose power.</summary>
internal sealed class SimulatedVoter(VoterSimulation simulation, int index) : IVoterOutput
{
    private const string VoterFile = "@voter";

    private readonly SimulatedDisk _disk = new(simulation.Random);
    private LocalVoter? _voter;
    private PlacementStore? _store;
    private Dictionary<string, byte[]>? _backup;

    public bool IsUp => _voter is not null;

    public bool MayVote => _voter?.MayVote == true;

    /// <summary>What it does not know that it has lost, or is about to find out: no second voter may lose anything meanwhile.</summary>
    public bool IsSuspect { get; private set; }

    public BrokerPlacement? Known { get; private set; }

    public VoterRecord Record => _store!.Record;

    public string WaitsFor => _voter?.WaitsFor ?? "its start";

    public void Start()
    {
        _store = PlacementStore.Open(Folder(), simulation.Random.NextInt64);
        if (simulation.Carelessness == VoterCarelessness.WipedVotesAtOnce && IsSuspect)
        {
            _store.WriteRecord(_store.Record with { Votes = true });
        }

        _voter = new LocalVoter(new PlacementSettings(NameOf(index), simulation.Names, []), _store, this, simulation.Random.NextInt64);
        Due();
    }

    public void Crash(bool isPowerCut)
    {
        _voter = null;
        Known = null;
        if (isPowerCut)
        {
            _disk.PowerCut();
        }
    }

    /// <summary>The folder is gone.</summary>
    public void Wipe()
    {
        IsSuspect = true;
        Delete(_ => true);
    }

    /// <summary>Keeps a copy of the folder of a voter that does not run. (A copy of one that runs can't be known from the folder itself.)</summary>
    public void Backup()
    {
        if (!IsUp && !IsSuspect)
        {
            _backup = Read(Folder());
        }
    }

    /// <summary>Puts the copy back. False: there is none.</summary>
    public bool Restore()
    {
        if (_backup is not { } backup)
        {
            return false;
        }

        IsSuspect = true;
        var keepsRecord = simulation.Carelessness == VoterCarelessness.OldCopyIsNotNoticed;
        Delete(name => name != VoterFile || !keepsRecord);
        var folder = Folder();
        foreach (var (name, bytes) in backup.Where(file => file.Key != VoterFile || !keepsRecord))
        {
            using var file = folder.Open(name, StorageFileMode.CreateNew);
            file.Write(bytes, 0);
            file.Flush();
        }

        folder.Sync();
        return true;
    }

    public void Due() => _voter?.Due();

    public void TakePersonsWord() => _voter?.TakePersonsWord();

    public void Receive(IVoterMessage message)
    {
        if (message is IVoterSpeech speech)
        {
            _voter?.Take(speech);
        }
    }

    /// <summary>Reads, or changes what this voter knows last.</summary>
    public void Begin(string broker, bool reads)
    {
        if (_voter is not { MayVote: true } voter || voter.RegisterOf(broker).IsBusy)
        {
            return;
        }

        var proposed = reads ? null : simulation.NewValue(index, Known);
        var register = voter.RegisterOf(broker);
        register.Add(new Job(Known, proposed));
        if (voter.TryBegin(register, out var first))
        {
            Follow(register, first);
        }
    }

    /// <summary>A round has taken long: another attempt, or none.</summary>
    public void Hurry(string broker, bool givesUp)
    {
        if (_voter?.RegisterOf(broker) is not { Round: { } round } register)
        {
            return;
        }

        if (givesUp)
        {
            round.GiveUp();
            register.End();
        }
        else
        {
            Follow(register, round.Retry());
        }
    }

    public bool IsIdle(string broker) => _voter?.RegisterOf(broker).IsBusy != true;

    public void Send(int voter, IVoterMessage message) => simulation.Send(index, voter, message);

    public void Follow(LocalRegister register, RoundStep step)
    {
        switch (step)
        {
            case RoundStep.Send send:
                for (var voter = 0; voter < simulation.Names.Length; voter++)
                {
                    if (send.To == Audience.All || (voter == index) == (send.To == Audience.Self))
                    {
                        simulation.Send(index, voter, new VoterRequest(register.Broker, index, _voter!.Start, send.Request));
                    }
                }

                break;
            case RoundStep.Finished { Outcome: var outcome }:
                var ballot = register.Round!.Ballot;
                register.End();
                Known = outcome is RoundOutcome.Agreed agreed ? agreed.Value : ((RoundOutcome.Conflict)outcome).Value;
                simulation.Concluded(register.Broker, ballot, Known);
                break;
        }
    }

    public void Damaged(string broker, string damage) => simulation.Trace($"{NameOf(index)}: {broker}: {damage}");

    public void Report(string line) => simulation.Trace($"{NameOf(index)}: {line}");

    public void Entitled(string? how)
    {
        IsSuspect = false;
        simulation.Trace($"{NameOf(index)} votes: {how}");
    }

    public static string NameOf(int index) => $"node{index + 1}";

    private IStorageDirectory Folder() => _disk.Start().Directory("placement");

    private static Dictionary<string, byte[]> Read(IStorageDirectory folder)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in folder.ListFiles())
        {
            using var file = folder.Open(name, StorageFileMode.OpenExisting);
            var bytes = new byte[file.Length];
            file.Read(bytes, 0);
            files.Add(name, bytes);
        }

        return files;
    }

    private void Delete(Func<string, bool> which)
    {
        var folder = Folder();
        foreach (var name in folder.ListFiles().Where(which))
        {
            folder.Delete(name);
        }

        folder.Sync();
    }

    private sealed record Job(BrokerPlacement? BasedOn, BrokerPlacement? Proposed) : RegisterJob(ActorRefs.Nobody)
    {
        public override RegisterRound RoundFor(int voter, int voters, Ballot above) => Proposed is null
            ? RegisterRound.Reading(voter, voters, above)
            : RegisterRound.Changing(voter, voters, above, BasedOn, Proposed);

        public override object OnAgreed(string broker, BrokerPlacement? value) => throw new NotSupportedException();
    }
}
