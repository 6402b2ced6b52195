using System.Collections.Immutable;

namespace Rocket.Actors.Placement;

/// <summary>
/// Whether a voter may vote. Pure and immutable: whoever holds it makes a change durable and only then takes the next state.
/// </summary>
/// <remarks>
/// A voter that has lost its registers, to a wiped disk or an old copy of its folder, would promise and accept against its own word. So every voter
/// remembers the latest start of every other one, and a voter votes only while all that others remember of it lies in its own past:
/// <code>
///  Record.Votes ──a peer remembers a start that is not in this voter's past──▶ lost: a new start, and
///      ▲                                                                        │
///      │                                                     MemoryLost to all ─▶ noted by all: nothing said before counts anywhere
///      │                                                                        │  (its number is raised above all that they remember)
///      └── all have answered, and either nobody remembers this voter as one ◀─ CopyRequest to all: registers merged
///          that ever voted (its first start), or each of them votes or never did
/// </code>
/// An empty folder begins at "lost". First noting, then copying: what somebody concludes from an old vote is concluded before that vote is noted as
/// void, and so the rest of its majority is in the copies that are taken afterwards. A person's word replaces the missing answers.
/// <para>
/// The numbers of a voter's starts only rise, over all its losses, so a number above its own, or another start of a number of its own, is something that it
/// did and does not know. Lower numbers are from before its last loss, which everybody has noted. What can't be noticed is a copy of a folder that was
/// taken while the voter ran, or put back while nobody is up who has dealt with a later start.
/// </para>
/// <para>
/// A voter answers a proposer, and a proposer counts an answer, only when each knows the other's present start, that it votes, and has checked
/// what the other remembers. Messages may be lost, repeated and reordered within a start.
/// </para>
/// </remarks>
public sealed record VotingRightState
{
    private readonly int _self;
    private readonly ImmutableArray<string> _names;
    private readonly ImmutableArray<OtherVoter> _others;
    private readonly long _version;

    private VotingRightState(int self, ImmutableArray<string> names, VoterRecord record)
    {
        (_self, _names, Record) = (self, names, record);
        _others = [.. names.Select(_ => OtherVoter.Unknown)];
    }

    /// <summary>What is kept.</summary>
    public VoterRecord Record { get; private init; }

    /// <summary>Whether this voter votes.</summary>
    public bool MayVote => Record.Votes;

    /// <summary>What a voter that does not vote waits for, for people.</summary>
    public string WaitsFor
    {
        get
        {
            var silent = Others().Where(index => !_others[index].HasNoted || (AllHaveNoted && _others[index].Copies is null)).Select(index => _names[index]).ToList();
            return silent.Count > 0
                ? $"{string.Join(", ", silent)} to answer"
                : Doubt(_others) ?? "nothing";
        }
    }

    private bool AllHaveNoted => Others().All(index => _others[index].HasNoted);

    /// <summary>The state after a start.</summary>
    /// <param name="self">Index of this voter.</param>
    /// <param name="names">Names of all voters.</param>
    /// <param name="record">What it kept, this start included.</param>
    public static VotingRightState AtStart(int self, IEnumerable<string> names, VoterRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new VotingRightState(self, [.. names], record);
    }

    /// <summary>Whether a request of this start of a voter is answered.</summary>
    public bool MayAnswer(int from, VoterStart start) =>
        MayVote && (from == _self ? start == Record.Start : Deals(from, start) && _others[from].HasToldMemory);

    /// <summary>Whether an answer that this start of a voter gave counts.</summary>
    public bool Counts(int from, VoterStart start) => MayVote && (from == _self ? start == Record.Start : Deals(from, start));

    /// <summary>Whether another voter's present start is known, and votes.</summary>
    public bool DealsWith(int voter) => IsOther(voter) && _others[voter] is { Start: not null, Votes: true };

    /// <summary>Another voter is gone by a person's word: nothing that its present start said counts, until it introduces itself again.</summary>
    public VotingRightState Forget(int voter) => With(voter, _others[voter] with { Start = null, Votes = false, HasToldMemory = false, ItsMemory = null });

    /// <summary>Says again what is not settled with any other voter: at the start and from time to time.</summary>
    public (VotingRightState Next, RightChange Change) Due()
    {
        if (!MayVote && _names.Length == 1)
        {
            return Gain([], "");
        }

        return (this, RightChange.Send([.. Others().SelectMany(index => DueFor(index, IsSettled(index)))]));
    }

    /// <summary>Introduces itself to a voter, settled or not: a link was made, or it speaks as somebody who is not known.</summary>
    public RightChange Greet(int voter) => IsOther(voter) ? RightChange.Send([.. DueFor(voter, isSettled: false)]) : RightChange.None;

    /// <summary>Another voter introduces itself.</summary>
    /// <param name="said">What it says.</param>
    /// <param name="draw">Draws a number for a new start of this voter, if it has to give up its right.</param>
    public (VotingRightState Next, RightChange Change) On(VoterIntroduction said, Func<long> draw)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(draw);
        if (!IsOther(said.From) || _others[said.From].IsStale(said.Start, said.Version))
        {
            return (this, RightChange.None);
        }

        if (said.MemoryOfYou is { } memory && !Record.Remembers(memory))
        {
            // A voter that knows of its loss hears old memories until everybody has noted it.
            return MayVote
                ? Lose($"{_names[said.From]} has dealt with start {memory.Starts} of this voter, which is not in its past", draw)
                : (this, Greet(said.From));
        }

        var known = Record.Others.GetValueOrDefault(_names[said.From]);
        var other = _others[said.From].Spoke(said.Start, said.Version) with { HasToldMemory = true, ItsMemory = said.MemoryOfYou };
        if (known?.Start is { } last && last != said.Start && (last != said.Checked || said.Start.Starts <= last.Starts))
        {
            // It has yet to look whether what is remembered here is in its past.
            var asking = With(said.From, other);
            return (asking, RightChange.Send((said.From, asking.IntroductionFor(said.From, wantsAnswer: last != said.Checked))));
        }

        other = other with { Start = said.Start, Votes = said.Votes };
        var record = Record with { Others = Record.Others.SetItem(_names[said.From], VoterMemory.After(known, said.Start, said.Votes)) };
        var next = With(said.From, other) with { Record = record };
        return (next, said.WantsAnswer ? RightChange.Send((said.From, next.IntroductionFor(said.From, wantsAnswer: false))) : RightChange.None);
    }

    /// <summary>Another voter has lost its past.</summary>
    public (VotingRightState Next, RightChange Change) On(MemoryLost said)
    {
        ArgumentNullException.ThrowIfNull(said);
        if (!IsOther(said.From) || _others[said.From].IsStale(said.Start, said.Version))
        {
            return (this, RightChange.None);
        }

        var memory = VoterMemory.AfterLoss(Record.Others.GetValueOrDefault(_names[said.From]), said.Start);
        var next = With(said.From, _others[said.From].Spoke(said.Start, said.Version) with { Start = said.Start, Votes = false }) with
        {
            Record = Record with { Others = Record.Others.SetItem(_names[said.From], memory) },
        };
        var noted = new MemoryLossNoted(_self, Record.Start, next._version, said.Start, memory.Highest);
        return (next, RightChange.Send((said.From, noted)) with { Forgotten = said.From });
    }

    /// <summary>Another voter has noted this one's loss.</summary>
    /// <param name="said">What it says.</param>
    /// <param name="draw">Draws a number for a new start of this voter, above all that are remembered.</param>
    public (VotingRightState Next, RightChange Change) On(MemoryLossNoted said, Func<long> draw)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(draw);
        if (MayVote || !IsOther(said.From) || said.OfStart != Record.Start || _others[said.From].HasNoted)
        {
            return (this, RightChange.None);
        }

        var next = With(said.From, _others[said.From].Spoke(said.Start, said.Version) with { HasNoted = true, Highest = said.Highest });
        if (!next.AllHaveNoted)
        {
            return (next, RightChange.None);
        }

        var highest = next.Others().Max(index => next._others[index].Highest);
        if (highest > Record.Starts)
        {
            next = new VotingRightState(_self, _names, Record.LostAbove(highest, draw()));
        }

        return next.Due();
    }

    /// <summary>A voter that has lost its past asks for this one's registers.</summary>
    /// <param name="said">The request.</param>
    /// <param name="registers">This voter's registers.</param>
    /// <param name="trouble">Null, or why they are not complete.</param>
    public RightChange On(CopyRequest said, IReadOnlyList<RegisterCopy> registers, string? trouble)
    {
        ArgumentNullException.ThrowIfNull(said);
        if (!IsOther(said.From) || Record.Others.GetValueOrDefault(_names[said.From])?.Start != said.Start)
        {
            return RightChange.None;
        }

        var everVoted = Enumerable.Range(0, _names.Length).Where(index => index == _self ? MayVote : Record.Others.GetValueOrDefault(_names[index])?.EverVoted == true);
        return RightChange.Send((said.From, new RegisterCopies(_self, said.Start, MayVote, [.. everVoted], registers, trouble)));
    }

    /// <summary>Another voter's registers have come.</summary>
    /// <param name="said">The registers.</param>
    /// <param name="own">This voter's own, which it may still have from before an old backup.</param>
    public (VotingRightState Next, RightChange Change) On(RegisterCopies said, IReadOnlyList<RegisterCopy> own)
    {
        ArgumentNullException.ThrowIfNull(said);
        if (MayVote || !IsOther(said.From) || said.ForStart != Record.Start || !AllHaveNoted)
        {
            return (this, RightChange.None);
        }

        var next = With(said.From, _others[said.From] with { Copies = said });
        if (next.Others().Any(index => next._others[index].Copies is null))
        {
            return (next, RightChange.None);
        }

        if (next.Doubt(next._others) is not null)
        {
            // Asked again at the next Due; WaitsFor says why.
            return (next, RightChange.None);
        }

        return next.Gain(own, $"this voter has copied the registers of all others and votes (start {Record.Starts})");
    }

    /// <summary>A person vouches that the voters that have not answered hold nothing that matters.</summary>
    /// <param name="own">This voter's own registers.</param>
    public (VotingRightState Next, RightChange Change) OnPersonsWord(IReadOnlyList<RegisterCopy> own) =>
        MayVote ? (this, RightChange.None) : Gain(own, $"this voter votes by a person's word (start {Record.Starts}); it waited for {WaitsFor}");

    private bool Deals(int from, VoterStart start) => IsOther(from) && _others[from].Start == start && _others[from].Votes;

    private bool IsOther(int index) => index >= 0 && index < _names.Length && index != _self;

    private IEnumerable<int> Others() => Enumerable.Range(0, _names.Length).Where(index => index != _self);

    private VotingRightState With(int index, OtherVoter other) => new(this, _others.SetItem(index, other));

    private VotingRightState(VotingRightState before, ImmutableArray<OtherVoter> others)
    {
        (_self, _names, Record) = (before._self, before._names, before.Record);
        _others = others;
        _version = before._version + 1;
    }

    private bool IsSettled(int index) => _others[index] is { HasToldMemory: true, Start: not null, Votes: true };

    private IEnumerable<(int To, IVoterMessage Message)> DueFor(int index, bool isSettled)
    {
        if (!MayVote)
        {
            // Also to one that has noted it: an older loss may have reached it afterwards.
            yield return (index, new MemoryLost(_self, Record.Start, _version));
            if (AllHaveNoted)
            {
                yield return (index, new CopyRequest(_self, Record.Start));
            }
        }

        if (!isSettled)
        {
            yield return (index, IntroductionFor(index, wantsAnswer: true));
        }
    }

    private VoterIntroduction IntroductionFor(int index, bool wantsAnswer) => new(
        _self, Record.Start, _version, MayVote, Record.Others.GetValueOrDefault(_names[index])?.Start, _others[index].ItsMemory, wantsAnswer);

    private (VotingRightState Next, RightChange Change) Lose(string why, Func<long> draw)
    {
        var next = new VotingRightState(_self, _names, Record.LostAbove(Record.Starts, draw()));
        var (_, change) = next.Due();
        return (next, change with { Report = $"{why}: its folder is an old copy. It does not vote until it has copied the registers of all other voters" });
    }

    private (VotingRightState Next, RightChange Change) Gain(IReadOnlyList<RegisterCopy> own, string report)
    {
        var merged = new SortedDictionary<string, AcceptorState>(StringComparer.Ordinal);
        foreach (var (broker, state) in own.Concat(_others.SelectMany(other => other.Copies?.Registers ?? [])))
        {
            merged[broker] = merged.TryGetValue(broker, out var before) ? before.MergedWith(state) : state;
        }

        var next = new VotingRightState(this, [.. _others.Select(other => other with { Copies = null })]) { Record = Record.Entitled() };
        var messages = Others().Select(index => (index, (IVoterMessage)next.IntroductionFor(index, wantsAnswer: true)));
        return (next, new RightChange([.. messages], [.. merged.Select(register => new RegisterCopy(register.Key, register.Value))], null, report.Length > 0 ? report : null));
    }

    // Why the copies are not enough; null: they are.
    private string? Doubt(ImmutableArray<OtherVoter> others)
    {
        var trouble = Others().Select(index => others[index].Copies?.Trouble).FirstOrDefault(text => text is not null);
        if (trouble is not null)
        {
            return trouble;
        }

        var everVoted = Others().SelectMany(index => others[index].Copies?.EverVoted ?? [])
            .Concat(Others().Where(index => Record.Others.GetValueOrDefault(_names[index])?.EverVoted == true))
            .ToHashSet();
        if (!everVoted.Contains(_self))
        {
            return null;
        }

        var lost = Others().Where(index => others[index].Copies is { Votes: false } && everVoted.Contains(index)).Select(index => _names[index]).ToList();
        return lost.Count == 0 ? null : $"{string.Join(", ", lost)}, which lost its registers too; a person has to decide";
    }

    /// <summary>What is known of another voter in this start of this one.</summary>
    private sealed record OtherVoter
    {
        public static readonly OtherVoter Unknown = new();

        /// <summary>Its present start, once what is remembered of it was found in its past.</summary>
        public VoterStart? Start { get; init; }

        /// <summary>Whether it votes.</summary>
        public bool Votes { get; init; }

        /// <summary>What it remembers of this voter, and this voter too.</summary>
        public VoterStart? ItsMemory { get; init; }

        /// <summary>It has said so.</summary>
        public bool HasToldMemory { get; init; }

        /// <summary>It has noted this voter's loss.</summary>
        public bool HasNoted { get; init; }

        /// <summary>The highest number of a start of this voter that it has ever heard.</summary>
        public long Highest { get; init; }

        /// <summary>Its registers, for a voter that has lost its own.</summary>
        public RegisterCopies? Copies { get; init; }

        /// <summary>The start that spoke last.</summary>
        public VoterStart? Speaker { get; init; }

        /// <summary>How much that start knew then.</summary>
        public long SpokenVersion { get; init; }

        public bool IsStale(VoterStart start, long version) => Speaker == start && version < SpokenVersion;

        public OtherVoter Spoke(VoterStart start, long version) => this with { Speaker = start, SpokenVersion = version };
    }
}
