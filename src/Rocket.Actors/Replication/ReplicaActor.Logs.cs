using Akka.Event;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>How the folder's logs are opened, and what becomes of one that is of no use.</summary>
public sealed partial class ReplicaActor
{
    /// <summary>Why a log is not used whose fsync has failed.</summary>
    internal const string FailedFlush = "an earlier fsync of it failed, so what the disk holds is unknown: check the disk, then start this node anew";

    /// <exception cref="IOException">The folder cannot be read.</exception>
    private void OpenAll()
    {
        foreach (var name in _files.Existing())
        {
            if (!_logs.ContainsKey(name))
            {
                _logs.Add(name, new FollowedLog(name));
            }
        }

        foreach (var log in _logs.Values)
        {
            (log.Failure, log.IsDamaged) = (null, false);
            if (log.Copy is { Log.Poisoned: not null })
            {
                Close(log);
            }

            if (log.Copy is null)
            {
                TryOpen(log);
            }
        }
    }

    private void TryOpen(FollowedLog log)
    {
        if (_broker.Distrusted.TryGet(log.Name, out var reason))
        {
            log.IsDamaged = true;
            Fail(log, reason);
            return;
        }

        try
        {
            log.Copy = _copy!.OpenLog(log.Name);
            log.DroppedFor = 0;
            Publish(log);
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            log.IsDamaged = IsDamage(failure);
            Fail(log, failure.Message);
        }
    }

    private void Publish(FollowedLog log)
    {
        log.View = new CopyView(log.Copy!.Log);
        log.View.Note(log.Copy.VisibleOffset, log.Copy.Log.Watermarks.MinimumOffset);
        _broker.Copies.Publish(log.Name, log.View);
    }

    private void Close(FollowedLog log)
    {
        _broker.Copies.Withdraw(log.Name);
        (log.Copy, log.View) = (null, null);
        (log.WantsFlush, log.WantsDrop) = (false, 0);
        _copy!.Close(log.Name);
    }

    /// <summary>The log is not written any more in this session; the others are.</summary>
    private void Fail(FollowedLog log, string reason)
    {
        if (log.Copy is { Log.HasFailedFlush: true })
        {
            _broker.Distrusted.Note(log.Name, FailedFlush);
        }

        if (log.Failure is not null)
        {
            return;
        }

        (log.Failure, log.IsAligned) = (reason, false);
        _logger.Error("Copy of broker {0}: the log {1} is not written any more. {2}", Name, log.Name, reason);
        if (_session is { } session && log.Number >= 0)
        {
            Send(session.From, new Wire.LogFailed(session.Number, log.Number, reason));
        }
    }

    /// <summary>
    /// The master has this log, and this node is not in sync: nobody expects anything of what is here. It is kept aside and fetched anew. The master takes the log for empty, as it was not
    /// told how it ends.
    /// </summary>
    private void Replace(FollowedLog log)
    {
        if (!_broker.Distrusted.MayFetch(log.Name))
        {
            log.Failure += " (It was fetched anew before, since this node was started: check the disk, then start this node anew.)";
            log.IsDamaged = false;
            return;
        }

        Close(log);
        try
        {
            _files.SetAside(log.Name, log.Failure!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("Copy of broker {0}: the log {1} cannot be set aside: {2}", Name, log.Name, failure.Message);
            return;
        }

        _broker.Distrusted.Fetching(log.Name);
        (log.Failure, log.IsDamaged) = (null, false);
        TryOpen(log);
    }

    private static bool IsDamage(Exception failure) => failure is DamagedLogException or DamagedRecordException;

    private static bool IsOfDisk(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or LogPoisonedException or DamagedLogException or DamagedRecordException or NewerFormatException;
}
