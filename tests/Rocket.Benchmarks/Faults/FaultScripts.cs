namespace Rocket.Benchmarks.Faults;

/// <summary>Which script does which kind.</summary>
internal static class FaultScripts
{
    public static FaultScript Of(Fault fault, FaultScene scene) => fault.Kind switch
    {
        FaultKind.KillMaster => new KillMasterScript(scene, fault),
        FaultKind.KillSlave => new KillSlaveScript(scene, fault),
        FaultKind.KillWitness => new KillWitnessScript(scene, fault),
        FaultKind.KillAll => new KillAllScript(scene, fault),
        FaultKind.KillTwo => new KillTwoScript(scene, fault),
        FaultKind.FreezeMaster => new FreezeScript(scene, fault, isMaster: true),
        FaultKind.FreezeSlave => new FreezeScript(scene, fault, isMaster: false),
        FaultKind.FreezeBriefly => new FreezeBrieflyScript(scene, fault),
        FaultKind.Wipe => new WipeScript(scene, fault, isWitness: false),
        FaultKind.WipeWitness => new WipeScript(scene, fault, isWitness: true),
        FaultKind.Stop => new StopScript(scene, fault),
        FaultKind.StopAll => new StopAllScript(scene, fault),
        FaultKind.HandOver => new HandOverScript(scene, fault),
        FaultKind.KillWhileReturning => new KillWhileReturningScript(scene, fault),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "a kind without a script"),
    };
}
