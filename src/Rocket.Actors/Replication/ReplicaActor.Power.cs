using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>Whether the copy has lost something with the machine, and when it has it again.</summary>
public sealed partial class ReplicaActor
{
    private CopyTrust? _trust;

    private bool FlushesAlways => _broker.Settings.FlushDiskType == FlushDiskType.SyncFlush;

    /// <exception cref="IOException">The disk refuses.</exception>
    private void ReadTrust()
    {
        _trust = new CopyTrust(_files.Root, _broker.BootId);
        if (!_trust.IsDoubtful)
        {
            _broker.Doubt = null;
        }
        else if (IsOnlyHolder())
        {
            Trust("nobody else holds what it has shown");
        }
    }

    /// <summary>Of two voters, a master that went on without the other one has what nobody else has, lost records or not.</summary>
    private bool IsOnlyHolder()
    {
        try
        {
            return _node.Settings.IsPair && DegradedFile.Read(_files.Root) is { LeftOut.Count: > 0 } kept && kept.Epoch == _copy!.Promised;
        }
        catch (Exception failure) when (failure is DamagedPlacementException or NewerFormatException)
        {
            return false;
        }
    }

    /// <summary>Opens the logs, so that the other nodes can be told how much there is.</summary>
    private void TellDoubt()
    {
        if (_trust is not { IsDoubtful: true } || _stage != Stage.Own)
        {
            return;
        }

        OpenAll();
        var copies = _logs.Values.Select(log => log.Copy).OfType<CopiedLog>().ToList();
        var doubt = new CopyDoubt(
            copies.Select(copy => copy.End.LastEpoch).DefaultIfEmpty(-1).Max(), copies.Sum(copy => copy.End.End.Position));
        _broker.Doubt = doubt;
        _logger.Warning(
            "The copy of broker {0} is doubtful: the machine ended without a stop of this node, and what was not flushed by then is lost. It leads only if no node in sync has more; beside a "
            + "master it fetches what it lacks",
            Name);
        MarkAllUnflushed();
    }

    private void Trust(string why)
    {
        if (_trust is not { IsDoubtful: true } trust)
        {
            return;
        }

        try
        {
            trust.Trust();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("The copy of broker {0} is doubtful still, its disk refuses: {1}", Name, failure.Message);
            return;
        }

        _broker.Doubt = null;
        _logger.Info("The copy of broker {0} is doubtful no more: {1}", Name, why);
    }

    /// <summary>No log is open any more, and the node stops.</summary>
    private void NoteCleanStop()
    {
        if (_trust is null || !_broker.Leases.IsEverythingFlushed)
        {
            return;
        }

        try
        {
            _trust.Stop();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("The copy of broker {0} is closed without a mark that it was in order: {1}", Name, failure.Message);
        }
    }
}
