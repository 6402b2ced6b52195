using System.Collections.Immutable;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Storage;
using static Rocket.Actors.Replication.CopiesProtocol;

namespace Rocket.Actors.Replication;

/// <summary>
/// Of two voters, a master that has lost its follower can get nothing agreed. It goes on without it, by itself: what it takes is stored and visible, and not confirmed, until the follower has
/// caught up, or a person has said that it is dead. The disk knows before any log does, so that a restart changes nothing; and before anything is confirmed again.
/// </summary>
public sealed partial class CopiesActor
{
    private ImmutableArray<string> _shown;
    private List<(RecordLog Log, long End)>? _flushing;
    private bool _isDegradingRefused;

    private void LookWhoIsLeftOut()
    {
        _inSync.VotedOut = _node.Placements.VotedOut;
        var now = Now;
        while (!_isOver && _inSync.ShouldLeaveOut(now, out var gone) && HasFlushed() && TryKeepLeftOut([.. _inSync.LeftOut, gone]))
        {
            LeaveOut(gone);
        }

        if (!_inSync.ShouldLeaveOut(now, out _))
        {
            _flushing = null;
        }

        while (!_isOver && _inSync.ShouldTakeBack(now, out var back) && TryKeepLeftOut([.. _inSync.LeftOut.Where(node => node != back)]))
        {
            _inSync.TakeBack(back);
            ShowLeftOut();
            _logger.Info("Broker {0} is degraded no more: {1} holds everything again", _settings.Name, back);
        }
    }

    /// <summary>
    /// What was confirmed together with the follower has to be on this disk before this node counts as the only one that has everything: a machine that ends must not lose, in favour of what
    /// nobody confirmed, what the follower still holds.
    /// </summary>
    private bool HasFlushed()
    {
        _flushing ??= [.. _logs.Values.Select(log => (log.Log, log.Log.Watermarks.AppendedOffset))];
        _flushing.RemoveAll(log => log.Log.Watermarks.FlushedOffset >= log.End || log.Log.Poisoned is not null);
        return _flushing.Count == 0;
    }

    private void LeaveOut(string node)
    {
        _logger.Warning(
            "Broker {0} is degraded: {1} has taken nothing for {2}. What is sent is stored on this node alone{3}, until it is back or \"cluster down {1}\" says that it is dead",
            _settings.Name, node, _settings.DegradeAfter, _settings.Role == BrokerRole.SyncMaster ? ", and answered 11" : "");
        _inSync.LeaveOut(node);
        ShowLeftOut();
        Count(node, counts: false);
        if (_copies.TryGetValue(node, out var copy))
        {
            End(copy, RefusedPause);
        }
    }

    /// <summary>An agreed change has named them no more.</summary>
    private void ForgetLeftOut()
    {
        if (!_inSync.LeftOut.SequenceEqual(_shown, StringComparer.Ordinal) && TryKeepLeftOut([.. _inSync.LeftOut]))
        {
            ShowLeftOut();
            _logger.Info("Broker {0} is degraded no more", _settings.Name);
        }
    }

    /// <summary>Before any log is told that the node does not count; and after all have been told that it does.</summary>
    private void ShowLeftOut()
    {
        _context.Directory.LeftOut = [.. _inSync.LeftOut];
        _shown = [.. _inSync.LeftOut];
        _broker.Tell(new InSyncChanged(_inSync.Agreed), Self);
    }

    private bool TryKeepLeftOut(ImmutableArray<string> nodes)
    {
        try
        {
            DegradedFile.Write(_context.Root, new DegradedReign(_inSync.Agreed.Epoch, Placement.BrokerPlacement.Nodes(nodes)));
            _isDegradingRefused = false;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_isDegradingRefused)
            {
                _logger.Error("Broker {0}: whom it goes on without cannot be kept, which is tried again: {1}", _settings.Name, failure.Message);
            }

            _isDegradingRefused = true;
            return false;
        }
    }
}
