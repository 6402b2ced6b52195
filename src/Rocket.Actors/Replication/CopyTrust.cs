using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// Whether a copy has all that its node once acknowledged. A process that ends takes nothing along: what it wrote is in the machine's memory. A machine that ends does, where records are
/// acknowledged before they are flushed; its next run shows by another boot id. One thread at a time.
/// <code>
///   Stopped ──use──▶ WrittenBehind ──another boot id──▶ Doubtful ──holds all that the master has, or leads──▶ WrittenBehind
///      ▲                   │ all is flushed                 └── stop, start: Doubtful still
///      └───────────────────┘        WrittenThrough: never doubtful
/// </code>
/// Where the system tells no boot id, each may be another one.
/// </summary>
public sealed class CopyTrust
{
    private readonly IStorageDirectory _broker;
    private readonly Guid _bootId;
    private PowerMark? _mark;

    /// <param name="broker">The broker's folder.</param>
    /// <param name="bootId">This run of the machine; all zero: unknown.</param>
    /// <exception cref="NewerFormatException">A newer version wrote the file.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public CopyTrust(IStorageDirectory broker, Guid bootId)
    {
        ArgumentNullException.ThrowIfNull(broker);
        (_broker, _bootId) = (broker, bootId);
        bool isDoubtful;
        try
        {
            _mark = PowerFile.Read(broker);
            isDoubtful = IsDoubtfulAfter(_mark, bootId);
        }
        catch (DamagedPlacementException)
        {
            // Nobody knows, so it is not relied on.
            isDoubtful = true;
        }

        if (isDoubtful && _mark?.Use != CopyUse.Doubtful)
        {
            // Kept, since the next start has this run's boot id.
            Write(CopyUse.Doubtful);
        }
    }

    /// <summary>Only looks: false where the copy is certainly not doubtful.</summary>
    internal static bool MayBeDoubtful(IStorageDirectory broker, Guid bootId)
    {
        try
        {
            return IsDoubtfulAfter(PowerFile.Read(broker), bootId);
        }
        catch (Exception failure) when (failure is DamagedPlacementException or NewerFormatException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static bool IsDoubtfulAfter(PowerMark? mark, Guid bootId) =>
        mark is { Use: CopyUse.Doubtful } || (mark is { Use: CopyUse.WrittenBehind } written && (bootId == Guid.Empty || written.BootId != bootId));

    /// <summary>It may lack records that its node has acknowledged.</summary>
    public bool IsDoubtful => _mark?.Use == CopyUse.Doubtful;

    /// <summary>The copy is about to be written.</summary>
    /// <param name="flushes">Whether nothing counts before it is flushed (sync-flush).</param>
    /// <exception cref="IOException">The disk refuses: it must not be written.</exception>
    public void Use(bool flushes)
    {
        // What was once written behind in this run of the machine may be in memory still.
        var isWrittenBehind = _mark?.Use == CopyUse.WrittenBehind && _mark.BootId == _bootId;
        if (!IsDoubtful && !isWrittenBehind)
        {
            Write(flushes ? CopyUse.WrittenThrough : CopyUse.WrittenBehind);
        }
    }

    /// <summary>It holds all that a master has, or leads itself.</summary>
    /// <exception cref="IOException">The disk refuses: it is doubtful still.</exception>
    public void Trust()
    {
        if (IsDoubtful)
        {
            Write(CopyUse.WrittenBehind);
        }
    }

    /// <summary>Everything is on the disk, and nothing more is written.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Stop()
    {
        if (!IsDoubtful)
        {
            Write(CopyUse.Stopped);
        }
    }

    private void Write(CopyUse use)
    {
        var mark = new PowerMark(_bootId, use);
        if (mark != _mark)
        {
            PowerFile.Write(_broker, mark);
            _mark = mark;
        }
    }
}
