using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>
/// Which cluster a node joins, and who forms one when there is none. Pure; times are readings of one steady clock. After each call
/// <see cref="Record"/> is made durable if it has changed, and then the steps are done.
/// </summary>
/// <remarks>
/// <code>
///              a voter is in a cluster: Join                       member
///   outside ────────────────────────────────────▶ joining ──────────────────▶ member
///      │  ▲                                           │ can't succeed             │ a cluster of a higher number is heard of
///      │  └────────────── another start ◀─────────────┴── Abandon ◀───────────────┘
///      └── no voter is, a majority grants: Found ─────────────────────────────▶
/// </code>
/// A node joins the cluster that any voter it hears is in, once it hears every member that others of it hear. If it hears a majority of the voters and none is in a cluster, the lowest by name of
/// those that hear a majority asks all for the right to form one, under a number above all that they know. A voter grants it to one node
/// at a time, while it is in no cluster itself and joins none; it keeps its word, on disk, until the cluster is there, the node withdraws, was started
/// anew, or a time is over that is longer than the node has to use it. So whoever founds a cluster has a majority of the voters outside of any
/// other one at that moment, and two never found at once.
/// <para>
/// A minority that was cut off may still be in an older cluster meanwhile: nobody can know. Its number is lower, and it abandons it as soon as
/// it hears of the other one. One that was taken out of the same cluster, by a person's word, abandons it as soon as it hears that.
/// </para>
/// </remarks>
public sealed partial class FormationState
{
    private readonly string _self;
    private readonly long _incarnation;
    private readonly IReadOnlyList<string> _voters;
    private readonly int _index;
    private readonly FormationTimes _times;
    private readonly Random _random;
    private readonly Dictionary<string, PeerStand> _peers = new(StringComparer.Ordinal);
    private Phase _phase;
    private Ballot _number;
    private TimeSpan? _began;
    private TimeSpan? _quorumSince;

    /// <param name="self">Name of this node.</param>
    /// <param name="incarnation">This start of it.</param>
    /// <param name="voters">Names of all voters, in the same order on all nodes; this one among them.</param>
    /// <param name="record">What it kept from earlier starts.</param>
    /// <param name="times">Times.</param>
    /// <param name="random">Spreads attempts that were in each other's way.</param>
    public FormationState(
        string self, long incarnation, IReadOnlyList<string> voters, FormationRecord record, FormationTimes times, Random random)
    {
        (_self, _incarnation, _voters, _times, _random) = (self, incarnation, voters, times, random);
        _index = voters.TakeWhile(name => name != self).Count();

        Record = record switch
        {
            // It may have formed a cluster under any number, which no other one may get.
            _ when record == FormationRecord.Forgotten => record with { Highest = new Ballot((long)random.Next() * Ballot.MaxVoters) },

            // A former start of this node forms nothing any more.
            { Grant: { } grant } when grant.Candidate == self => record with { Grant = null },
            _ => record,
        };
    }

    private enum Phase
    {
        Outside,
        Joining,
        Member,
    }

    /// <summary>What has to be durable before the steps of a call are done.</summary>
    public FormationRecord Record { get; private set; }

    /// <summary>Number of the cluster that this node is in or joins; <see cref="Ballot.None"/>: none.</summary>
    public Ballot Number => _phase == Phase.Outside ? Ballot.None : _number;

    /// <summary>Whether it is a member.</summary>
    public bool IsMember => _phase == Phase.Member;

    /// <summary>What it waits for, for people.</summary>
    public string WaitsFor
    {
        get
        {
            var missing = _voters.Where(name => name != _self && !_peers.ContainsKey(name)).ToList();
            return (_phase, HearsMajority) switch
            {
                (Phase.Member, _) => "nothing",
                (Phase.Joining, _) => "its cluster to take it in",
                (_, false) => $"a majority of the {_voters.Count} voters; not heard: {string.Join(", ", missing)}",
                _ when Best is not null && Unheard.Any() => $"a link with {string.Join(", ", Unheard)}: the others of the cluster hear each other",
                _ when Record.Grant == FormationRecord.Forgotten.Grant => "those whom it may have allowed to form the cluster, before it lost its folder",
                _ when IsBound => $"{Record.Grant!.Candidate} to form the cluster",
                _ => "a cluster to be formed",
            };
        }
    }

    private bool HearsMajority => IsMajority(_peers.Count + 1);

    /// <summary>A peer says how it stands.</summary>
    public void Hear(string peer, PeerStand stand)
    {
        ArgumentNullException.ThrowIfNull(stand);
        if (peer == _self || !_voters.Contains(peer))
        {
            return;
        }

        _peers[peer] = stand;
        if (Record.Grant is { } grant && grant.Candidate == peer && grant.Incarnation != stand.Incarnation)
        {
            Record = Record with { Grant = null };
        }
    }

    /// <summary>A peer is heard no more.</summary>
    public void Lose(string peer) => _peers.Remove(peer);

    /// <summary>The cluster has taken this node in.</summary>
    public IReadOnlyList<FormationStep> Joined()
    {
        if (_phase != Phase.Joining)
        {
            return [];
        }

        // Akka.NET goes by addresses: the node behind one may have been started anew since, and be in another cluster.
        if (!MembersOfOwn.Any())
        {
            return [new FormationStep.Abandon($"it was taken into a cluster that may be another one than it was joining (number {_number})")];
        }

        _phase = Phase.Member;
        Record = new FormationRecord(Max(Record.Highest, _number), null);
        return [];
    }

    /// <summary>Time has passed, or something was heard.</summary>
    public IReadOnlyList<FormationStep> Tick(TimeSpan now)
    {
        _began ??= now;
        _quorumSince = HearsMajority && Best is null ? _quorumSince ?? now : null;
        VoidGrant(now);
        return _phase switch
        {
            Phase.Member => CheckCluster(),
            Phase.Joining => CheckJoin(now),
            _ => Seek(now),
        };
    }

    /// <summary>A person says that this node shall form a cluster, whatever the others say.</summary>
    public IReadOnlyList<FormationStep> FormNow()
    {
        if (_phase != Phase.Outside)
        {
            return [];
        }

        var withdrawn = Withdraw();
        var number = Record.Highest.Next(_index);
        Record = new FormationRecord(number, null);
        return [.. withdrawn, Found(number)];
    }

    private IReadOnlyList<FormationStep> Seek(TimeSpan now)
    {
        if (_voters.Count == 1)
        {
            return [Found(Record.Highest.Next(_index))];
        }

        if (Best is { } best)
        {
            // A member that can't hear all others costs the cluster one of the two.
            if (Unheard.Any())
            {
                return Withdraw();
            }

            // The node that this one has bound itself to may be about to form another cluster. One of a higher number shows that it is not.
            if (IsBound && Record.Grant!.Number > best.Cluster!.Number)
            {
                return [];
            }

            var withdrawn = Withdraw();
            Record = Record with { Grant = null };
            (_phase, _number, _joinSeen, _joinAddress) = (Phase.Joining, best.Cluster!.Number, now, best.Cluster.Address);
            return [.. withdrawn, new FormationStep.Join(best.Cluster.Address, _number)];
        }

        return _attempt is not null ? GoOn(now) : IsBound || !MayTry(now) ? [] : Attempt(now);
    }

    private IReadOnlyList<FormationStep> CheckCluster() =>
        RemovedBy is { } remover ? [new FormationStep.Abandon($"{remover} knows that it was taken out of the cluster (number {_number}), while it was not heard")]
        : Best is { } best && best.Cluster!.Number > _number
            ? [new FormationStep.Abandon($"a newer cluster was formed without this node (number {best.Cluster.Number}, this one's is {_number})")]
            : [];

    private TimeSpan _joinSeen;
    private string? _joinAddress;

    private IReadOnlyList<FormationStep> CheckJoin(TimeSpan now)
    {
        if (Best is { } best && best.Cluster!.Number > _number)
        {
            return [new FormationStep.Abandon($"the cluster that it was joining (number {_number}) was overtaken by another one ({best.Cluster.Number})")];
        }

        // Any member of the cluster will do; the one that was asked first may be gone.
        var members = MembersOfOwn.ToList();
        if (members.Count > 0)
        {
            _joinSeen = now;
            if (members.Contains(_joinAddress!))
            {
                return [];
            }

            _joinAddress = members[0];
            return [new FormationStep.Join(_joinAddress, _number)];
        }

        return now - _joinSeen > _times.JoinPatience
            ? [new FormationStep.Abandon($"nobody is left of the cluster that it was joining (number {_number})")]
            : [];
    }

    // Addresses of those in the cluster that this node is in or joins.
    private IEnumerable<string> MembersOfOwn => _peers.Values.Where(peer => peer.Cluster?.Number == _number).Select(peer => peer.Cluster!.Address);

    // A member of the same cluster that knows better than this node.
    private string? RemovedBy =>
        _peers.Where(peer => peer.Value.HasRemovedThisNode && peer.Value.Cluster?.Number == _number).Select(peer => peer.Key).Min(StringComparer.Ordinal);

    // Members of the cluster that others of it hear, and this node does not.
    private IEnumerable<string> Unheard => _peers.Values.Where(peer => peer.Cluster is { } cluster && cluster.Number == Best?.Cluster!.Number)
        .SelectMany(peer => peer.HearsMembers)
        .Where(name => name != _self && _voters.Contains(name) && !_peers.ContainsKey(name))
        .Distinct()
        .Order(StringComparer.Ordinal);

    private PeerStand? Best => _peers.Values.Where(peer => peer.Cluster is not null).MaxBy(peer => peer.Cluster!.Number);

    private FormationStep.Found Found(Ballot number)
    {
        (_phase, _number, _attempt) = (Phase.Member, number, null);
        return new FormationStep.Found(number);
    }

    private bool IsMajority(int count) => count > _voters.Count / 2;

    private static Ballot Max(Ballot one, Ballot other) => one > other ? one : other;
}
