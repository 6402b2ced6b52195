using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// <c>/user/node/replicas/{broker}</c>: owns the folder of one broker on this node, which is its fence and its logs. Follows the master of the highest epoch, or lends the folder to
/// the BrokerActor of this node that wants to lead.
/// </summary>
/// <remarks>
/// <code>
///            Follow                        Borrow                    no job runs, logs closed
///  Own ◀──────────────▶ Own, in a session ────────▶ Closing ─────────────────────────────────▶ Lent
///   ▲                                                                                           │ GiveBack, or the borrower has ended
///   └──────────── no log is open any more ──────── Returning ◀──────────────────────────────────┘
/// </code>
/// A session begins, and the logs are closed, only when no flush thread is at any of them. A Follow that cannot be answered yet is kept, the latest of the highest epoch.
/// Runs on a dispatcher that may block: it writes, fences, cuts and opens logs on its own thread; flushes and drops run on <see cref="NodeContext.FlushThreads"/>.
/// </remarks>
public sealed partial class ReplicaActor : UntypedActor, IWithTimers
{
    private enum Stage
    {
        Own,
        Closing,
        Lent,
        Returning,
        Stopped,
    }

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly NodeContext _node;
    private readonly BrokerContext _broker;
    private readonly FolderLoan _loan;
    private readonly IBrokerLogs _files;
    private readonly Dictionary<string, FollowedLog> _logs = new(StringComparer.Ordinal);
    private readonly IActorRef _self = Context.Self;
    private BrokerCopy? _copy;
    private string? _fenceDamage;
    private Stage _stage;
    private int _jobs;

    private ReplicaActor(NodeContext node, BrokerContext broker, FolderLoan loan)
    {
        (_node, _broker, _loan) = (node, broker, loan);
        _files = broker.Logs(line => _logger.Info("Copy of broker {0}, {1}", Name, line));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private string Name => _broker.Settings.Name;

    /// <summary>How to start it.</summary>
    /// <param name="node">What the node's actors share.</param>
    /// <param name="broker">The broker.</param>
    public static Props Props(NodeContext node, BrokerContext broker)
    {
        // One for all incarnations: who has borrowed the folder has it, whether this actor crashes or not.
        var loan = new FolderLoan();
        return Akka.Actor.Props.CreateBy(new Producer(node, broker, loan));
    }

    protected override void PreStart()
    {
        ReadFence();
        TakeUpLoan();
        TellDoubt();
        _node.Replication.Register(Name, _self);
    }

    protected override void PostStop()
    {
        _node.Replication.Unregister(Name);
        EndSession("the copy of the broker has ended on this node");
        if (_claim is { } claim)
        {
            Refuse(claim.From, claim.Follow, "the copy of the broker has ended on this node");
        }

        _broker.Copies.Clear();
        _copy?.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaMessages.Records records:
                OnRecords(records);
                break;
            case AckDue:
                Acknowledge();
                break;
            case CopyJob.Ended ended:
                JobEnded(ended);
                break;
            case ReplicaMessages.Heard { Message: Follow follow } heard:
                OnFollow(heard.From, follow);
                break;
            case ReplicaMessages.Heard heard when IsOfSession(heard.From, heard.Message.Session):
                OnHeard(heard.Message);
                break;
            case ReplicaMessages.Heard:
                break;
            case ReplicaMessages.ConnectionLost lost:
                OnLost(lost.Connection);
                break;
            case FlushDue:
                FlushAll();
                break;
            default:
                OnLending(message);
                break;
        }
    }

    private void ReadFence()
    {
        try
        {
            _copy = new BrokerCopy(_files);
            ReadTrust();
        }
        catch (Exception failure) when (failure is DamagedPlacementException or NewerFormatException or IOException or UnauthorizedAccessException)
        {
            // A copy that forgets a promise could take records of a deposed master: without the file nothing is done to the broker here.
            (_copy, _fenceDamage) = (null, failure.Message);
            _logger.Error("The copy of broker {0} is not used: {1}", Name, failure.Message);
        }
    }

    /// <summary>Goes on when no flush thread is at any log.</summary>
    private void Settle()
    {
        if (_jobs > 0)
        {
            return;
        }

        switch (_stage)
        {
            case Stage.Own when _claim is not null:
                BeginSession();
                break;
            case Stage.Closing:
                GoOnClosing();
                break;
        }
    }

    private void Refuse(ILinkConnection to, Follow follow, string reason)
    {
        _node.Replication.Forget(to, follow.Session);
        Send(to, new FollowRefused(follow.Session, _copy?.Promised ?? Epoch.None, reason));
    }

    private static void Send(ILinkConnection to, ReplicationMessage message) => Send(to, ReplicationMessageCodec.Frame(message));

    private static void Send(ILinkConnection to, LinkFrame frame)
    {
        if (!to.Send(frame) && to.IsOpen)
        {
            // Without this answer the master would wait for ever; over a new connection it begins anew.
            to.Abort("too many frames wait to be sent to say how a copy stands");
        }
    }

    /// <summary>Makes the actor with the one loan of all its incarnations.</summary>
    private sealed class Producer(NodeContext node, BrokerContext broker, FolderLoan loan) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ReplicaActor);

        public ActorBase Produce() => new ReplicaActor(node, broker, loan);

        public void Release(ActorBase actor)
        {
            // The actor gives back what it has when it stops.
        }
    }

    private sealed class AckDue : INoSerializationVerificationNeeded
    {
        public static readonly AckDue Instance = new();
    }

    private sealed class FlushDue : INoSerializationVerificationNeeded
    {
        public static readonly FlushDue Instance = new();
    }
}
