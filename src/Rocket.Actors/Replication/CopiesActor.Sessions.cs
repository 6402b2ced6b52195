using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Links;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using static Rocket.Actors.Replication.CopiesProtocol;

namespace Rocket.Actors.Replication;

/// <summary>Sessions: when one is opened, what its copy says, and which log is aligned next.</summary>
public sealed partial class CopiesActor
{
    /// <summary>Comparing a log reads its files: so many in a row, then others have their turn.</summary>
    private const int AlignedAtATime = 64;

    /// <summary>A node that has just started may not hold the broker yet; one that was removed may be busy.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(1);

    /// <summary>A log that cannot be written is seldom repaired sooner.</summary>
    private static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(10);

    /// <summary>So long a copy may be silent while it opens its logs. It doubles, as there may be very many.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(2);

    private void Up(ILinkConnection connection)
    {
        if (!_copies.TryGetValue(connection.Peer.Name, out var copy))
        {
            return;
        }

        if (copy.Session is { Connection.IsOpen: false })
        {
            End(copy, TimeSpan.Zero);
        }

        if (copy.Session is null)
        {
            Follow(copy); // without the pause: it may be another start of that node
        }
    }

    private void Down(ILinkConnection connection)
    {
        if (_copies.TryGetValue(connection.Peer.Name, out var copy) && ReferenceEquals(copy.Session?.Connection, connection))
        {
            End(copy, TimeSpan.Zero);
            Follow(copy);
        }
    }

    private void Gone(string peer)
    {
        if (_copies.TryGetValue(peer, out var copy) && _node.Links.Find(peer) is null)
        {
            Gone(copy, "nothing listens on its replication port any more");
        }
    }

    private void FollowIfDue(Copy copy, long now)
    {
        if (now >= copy.DueAt)
        {
            Follow(copy);
        }
    }

    private void Follow(Copy copy)
    {
        if (_isOver || _node.Peers.IsLeaving(copy.Node) || _node.Links.Find(copy.Node) is not { IsOpen: true } connection)
        {
            return;
        }

        var session = new CopySession(connection, _flushes, Self, _node.Time);
        (copy.Session, copy.Alignments, copy.HeardAt, copy.IsAttached, copy.IsTrusted) = (session, new CopyAlignments(), Now, false, false);
        foreach (var (name, log) in _logs)
        {
            session.Add(copy.Alignments.Add(name), log);
        }

        _node.Replication.Register(session.Id, connection, session);
        if (session.TrySend(new Follow(_settings.Name, _inSync.Agreed.Epoch, session.Id, _flushes, _inSync.IsOut(copy.Node))) != LinkSend.Queued)
        {
            End(copy, RefusedPause);
        }
    }

    /// <summary>Ends the session of a copy, if it has one; another one may begin after the pause.</summary>
    private void End(Copy copy, TimeSpan pause, ICopiedLog? replaced = null)
    {
        if (copy.Session is not { } session)
        {
            return;
        }

        _node.Replication.Unregister(session.Id);
        session.End(replaced);
        copy.Session = null;
        copy.DueAt = Now + Stamps(pause);
        if (_inSync.Detached(copy.Node))
        {
            Count(copy.Node, counts: false);
        }
    }

    private void EndAll()
    {
        foreach (var copy in _copies.Values)
        {
            End(copy, TimeSpan.Zero);
        }
    }

    private void Hear(Copy copy, ReplicationMessage message)
    {
        copy.HeardAt = Now;
        _inSync.Heard(copy.Node, copy.HeardAt);
        switch (message)
        {
            case FollowRefused refused:
                Refused(copy, refused);
                break;
            case Ends ends when copy.Alignments.TryTell(ends.Logs, ends.IsLast):
                AlignSome(copy);
                break;
            case LogEnded ended when copy.Alignments.TryEnded(ended.Log, ended.End):
                AlignSome(copy);
                break;
            case Leaves:
                Leaving(copy);
                break;
            case LogFailed failed:
                Failed(copy, $"its log {copy.Alignments.NameOf(failed.Log)} has failed: {failed.Reason}");
                break;
            default:
                copy.Session!.Connection.Abort($"{copy.Node} says {message}, which it was not asked");
                End(copy, RefusedPause);
                break;
        }
    }

    private void Refused(Copy copy, FollowRefused refused)
    {
        if (refused.Promised > _inSync.Agreed.Epoch)
        {
            Depose($"{copy.Node} follows epoch {refused.Promised}");
            return;
        }

        if (copy.Refusal != refused.Reason)
        {
            copy.Refusal = refused.Reason;
            _logger.Info("Broker {0}: {1} does not follow yet: {2}", _settings.Name, copy.Node, refused.Reason);
        }

        End(copy, RefusedPause);
    }

    private void Failed(Copy copy, string reason)
    {
        _logger.Error("Broker {0}: the copy on {1} does not go on: {2}", _settings.Name, copy.Node, reason);
        _broker.Tell(new CopyWhole(copy.Node, IsWhole: false));
        if (_inSync.Failed(copy.Node, isLog: true))
        {
            Count(copy.Node, counts: false);
        }

        End(copy, FailedPause);
        Propose();
    }

    /// <summary>Nobody needs to be waited for who is known not to come: its removal is proposed at once, and agreement makes that safe.</summary>
    private void Gone(Copy copy, string reason)
    {
        if (_inSync.Agreed.InSync.Contains(copy.Node) && !copy.IsGone)
        {
            _logger.Info("Broker {0}: the copy on {1} has gone: {2}", _settings.Name, copy.Node, reason);
        }

        copy.IsGone = true;
        if (_inSync.Failed(copy.Node))
        {
            Count(copy.Node, counts: false);
        }

        End(copy, RefusedPause);
        Propose();
    }

    /// <summary>
    /// Its node stops in order. The session stays until the removal is agreed, or the connection is lost: what was sent meanwhile is confirmed then as by a whole set, instead of
    /// being answered as if a copy had been lost.
    /// </summary>
    private void Leaving(Copy copy)
    {
        if (!_inSync.Agreed.InSync.Contains(copy.Node))
        {
            Gone(copy, "its node stops");
            return;
        }

        _logger.Info("Broker {0}: the copy on {1} leaves: its node stops", _settings.Name, copy.Node);
        copy.IsGone = true;
        _inSync.Failed(copy.Node);
        Propose();
    }

    /// <summary>A node that stops is taken out of the set while its copy still follows: so nobody has to wait for it, or is told that it is missing, at any moment.</summary>
    private void LookWhetherItLeaves(Copy copy)
    {
        var isLeaving = _node.Peers.IsLeaving(copy.Node);
        if (isLeaving && !copy.IsLeaving && _inSync.Failed(copy.Node))
        {
            Count(copy.Node, counts: false);
        }

        copy.IsLeaving = isLeaving;
    }

    private void Lose(Copy copy, int number)
    {
        if (copy.Alignments.TryLose(number, out var name, out var anew))
        {
            _logger.Info("Broker {0}: {1} lacks records of {2} that are no longer here, so it begins that log anew", _settings.Name, copy.Node, name);
            copy.Session!.Forget(number);
            copy.Session.Add(anew, _logs[name]);
            AlignSome(copy);
        }
    }

    private void AlignSome(Copy copy)
    {
        for (var left = AlignedAtATime; copy.Alignments.TryPeek(out var next); left--)
        {
            if (left == 0)
            {
                Self.Tell(new CopyEvents.AlignDue(copy.Session!));
                return;
            }

            if (!TryAlign(copy, copy.Session!, next))
            {
                return;
            }
        }

        AttachIfAligned(copy);
    }

    /// <summary>False: not now, or the session has ended.</summary>
    private bool TryAlign(Copy copy, CopySession session, LogToAlign next)
    {
        LogAlignment alignment;
        try
        {
            var log = _logs[next.Name].Log;
            alignment = next.End is { } end ? LogAlignment.Of(end, log) : new LogAlignment.StartAt(log.Watermarks.Minimum);
        }
        catch (ObjectDisposedException)
        {
            copy.Alignments.Sent(null); // its owner has closed it, and adds it again if it opens it again
            return true;
        }
        catch (OffsetBelowMinimumException)
        {
            return true; // records went while they were looked at
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DamagedRecordException)
        {
            Unreadable(copy, $"{next.Name} cannot be read here: {failure.Message}");
            return false;
        }

        var at = (alignment as LogAlignment.Aligned)?.At;
        if (at is { } agreed)
        {
            session.Expect(next.Number, agreed);
        }

        if (session.TrySend(new Align(session.Id, next.Number, next.Name, alignment)) != LinkSend.Queued)
        {
            session.Forget(next.Number);
            return false; // AlignDue follows, or the end
        }

        copy.Alignments.Sent(alignment);
        if (at is { } begin)
        {
            session.Begin(next.Number, begin);
        }

        return true;
    }

    /// <summary>That is not the copy's fault: it is compared anew after a while, and keeps its place until it has been silent too long.</summary>
    private void Unreadable(Copy copy, string reason)
    {
        _logger.Error("Broker {0}: the copy on {1} does not go on: {2}", _settings.Name, copy.Node, reason);
        End(copy, FailedPause);
    }

    private void AttachIfAligned(Copy copy)
    {
        if (!copy.IsAttached && copy.Alignments.IsAttached)
        {
            (copy.IsAttached, copy.IsGone, copy.Refusal, copy.Patience) = (true, false, null, FirstPatience);
            _logger.Info("Broker {0}: {1} follows, and agrees with this node's logs", _settings.Name, copy.Node);
            _inSync.Attached(copy.Node, Now);
            TellIfWhole(copy);
            LookAt(copy);
        }
    }

    /// <summary>A node that holds a copy.</summary>
    private sealed class Copy(string node)
    {
        public string Node => node;

        /// <summary>Null: there is none.</summary>
        public CopySession? Session { get; set; }

        /// <summary>Those of the session.</summary>
        public CopyAlignments Alignments { get; set; } = new();

        /// <summary>Whether all logs were aligned at once, once in this session.</summary>
        public bool IsAttached { get; set; }

        /// <summary>Whether it was told, in this session, that it holds everything although it was doubtful.</summary>
        public bool IsTrusted { get; set; }

        /// <summary>Whether it was said that its node has stopped or crashed, and it has not followed since.</summary>
        public bool IsGone { get; set; }

        /// <summary>Whether its node was told to stop, and has said so.</summary>
        public bool IsLeaving { get; set; }

        /// <summary>Time stamp of its last message, acknowledgements apart.</summary>
        public long HeardAt { get; set; }

        /// <summary>Time stamp before which no session is opened, unless there is a new connection.</summary>
        public long DueAt { get; set; }

        public TimeSpan Patience { get; set; } = FirstPatience;

        /// <summary>Why it did not follow, as it was logged.</summary>
        public string? Refusal { get; set; }
    }
}
