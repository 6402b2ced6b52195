using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class VotingRightTests
{
    private static readonly string[] Names = ["node1", "node2", "node3"];
    private readonly Voter?[] _voters = new Voter?[Names.Length];
    private readonly Queue<(int From, int To, IVoterMessage Message)> _network = [];
    private long _incarnation;

    [Fact]
    public void A_lone_voter_votes_at_once()
    {
        var (next, change) = VotingRightState.AtStart(0, ["node1"], VoterRecord.Empty.Started(1)).Due();
        Assert.True(next.MayVote && next.Record.Votes);
        Assert.Empty(change.Messages);
        Assert.Null(change.Report);
    }

    [Fact]
    public void At_the_first_start_ever_all_voters_are_needed()
    {
        Start(0);
        Start(1);
        Talk();
        Assert.False(_voters[0]!.State.MayVote || _voters[1]!.State.MayVote);
        Assert.Equal("node3 to answer", _voters[0]!.State.WaitsFor);
        Start(2);
        Talk();
        Assert.All(_voters, voter => Assert.True(voter!.State.MayVote));
        AssertAllDeal();
    }

    [Fact]
    public void A_voter_that_comes_back_with_its_folder_votes_with_either_of_the_others()
    {
        StartAll();
        _voters[1] = null;
        Restart(0);
        Talk();
        AssertDeal(0, 2);
        AssertDeal(2, 0);
    }

    [Fact]
    public void A_start_that_has_not_heard_what_is_remembered_of_it_answers_nobody()
    {
        StartAll();
        Restart(0);
        var start = _voters[1]!.State.Record.Start;
        Assert.True(_voters[0]!.State.MayVote);
        Assert.False(_voters[0]!.State.MayAnswer(1, start));
        Talk();
        Assert.True(_voters[0]!.State.MayAnswer(1, start));
        Assert.False(_voters[0]!.State.MayAnswer(1, start with { Incarnation = 99 }), "another start of it");
    }

    [Fact]
    public void A_wiped_voter_has_its_loss_noted_by_all_before_it_copies_and_votes()
    {
        StartAll();
        var old = _voters[0]!.State.Record.Start;
        _voters[1]!.Registers = [new RegisterCopy("b", AcceptorState.Empty.OnAccept(Ballot.None.Next(1), PlacementValues.Of(1)).Next)];
        _voters[0] = null;
        _voters[2] = null;
        Start(0);
        Talk();
        Assert.False(_voters[0]!.State.MayVote, "one of the others has not answered");
        Assert.False(_voters[1]!.State.Counts(0, old), "what it said before counts no more");
        Assert.Contains(0, _voters[1]!.Forgotten);

        Restart(2);
        Talk();
        AssertAllDeal();
        Assert.Equal(_voters[1]!.Registers, _voters[0]!.Merged);
    }

    [Fact]
    public void A_voter_on_an_old_copy_of_its_folder_hears_of_it_from_either_of_the_others_and_copies()
    {
        StartAll();
        var copy = _voters[0]!.State.Record;
        Restart(0);
        Talk();
        Restart(0, copy);
        Talk();
        AssertAllDeal();
        Assert.Contains("not in its past", _voters[0]!.Reports[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Restarts_on_an_old_copy_do_not_hide_it()
    {
        StartAll();
        var copy = _voters[0]!.State.Record;
        Restart(0);
        Talk();

        // So many starts without a word to anybody that the count is beyond what the others remember.
        for (var starts = 0; starts < 5; starts++)
        {
            copy = copy.Started(++_incarnation);
        }

        Restart(0, copy);
        Assert.True(_voters[0]!.State.MayVote);
        Talk(until: () => !_voters[0]!.State.MayVote);
        Talk();
        AssertAllDeal();
    }

    [Fact]
    public void Two_that_lost_their_folders_wait_for_a_persons_word()
    {
        StartAll();
        _voters[0] = _voters[1] = null;
        Start(0);
        Start(1);
        Talk();
        Assert.False(_voters[0]!.State.MayVote || _voters[1]!.State.MayVote);
        Assert.Contains("node2, which lost its registers too", _voters[0]!.State.WaitsFor, StringComparison.Ordinal);

        Take(0, _voters[0]!.State.OnPersonsWord([]));
        Talk();
        AssertAllDeal();
    }

    [Fact]
    public void The_numbers_of_a_voters_starts_rise_over_its_losses()
    {
        StartAll();
        Restart(0);
        Restart(0);
        Talk();
        var before = _voters[0]!.State.Record.Starts;
        _voters[0] = null;
        Start(0);
        Talk();
        AssertAllDeal();
        Assert.True(_voters[0]!.State.Record.Starts > before);
    }

    [Fact]
    public void An_old_copy_from_before_the_others_were_wiped_shakes_nobody_but_itself()
    {
        StartAll();
        Restart(2);
        var copy = _voters[2]!.State.Record;
        Restart(2);
        Talk();
        foreach (var wiped in new[] { 0, 1 })
        {
            _voters[wiped] = null;
            Start(wiped);
            Talk();
        }

        AssertAllDeal();
        Restart(2, copy);
        Talk();
        AssertAllDeal();
        Assert.Contains("not in its past", _voters[2]!.Reports[0], StringComparison.Ordinal);
        Assert.DoesNotContain(_voters[0]!.Reports.Concat(_voters[1]!.Reports), line => line.Contains("not in its past", StringComparison.Ordinal));
    }

    [Fact]
    public void A_voter_with_a_damaged_register_gives_no_copies()
    {
        StartAll();
        _voters[1]!.Trouble = "broker-a is damaged";
        _voters[0] = null;
        Start(0);
        Talk();
        Assert.Equal("broker-a is damaged", _voters[0]!.State.WaitsFor);
        _voters[1]!.Trouble = null;
        Talk();
        AssertAllDeal();
    }

    [Fact]
    public void Stale_introductions_change_nothing()
    {
        StartAll();
        var before = new VoterIntroduction(1, _voters[1]!.State.Record.Start, 0, Votes: false, null, null, WantsAnswer: false);
        Take(0, _voters[0]!.State.On(before, () => 1));
        AssertDeal(0, 1);
    }

    private void StartAll()
    {
        for (var index = 0; index < Names.Length; index++)
        {
            Start(index);
        }

        Talk();
        AssertAllDeal();
    }

    private void Start(int index) => Restart(index, VoterRecord.Empty);

    private void Restart(int index) => Restart(index, _voters[index]?.State.Record ?? _left[index]);

    private void Restart(int index, VoterRecord record)
    {
        var kept = new Queue<(int From, int To, IVoterMessage Message)>(_network.Where(message => message.From != index && message.To != index));
        _network.Clear();
        foreach (var message in kept)
        {
            _network.Enqueue(message);
        }

        _voters[index] = new Voter(VotingRightState.AtStart(index, Names, record.Started(++_incarnation)));
    }

    private readonly VoterRecord[] _left = new VoterRecord[Names.Length];

    // Everything that is due is said and answered, several times over.
    private void Talk(Func<bool>? until = null)
    {
        for (var round = 0; round < 10 && until?.Invoke() != true; round++)
        {
            for (var index = 0; index < Names.Length; index++)
            {
                if (_voters[index] is { } voter)
                {
                    Take(index, voter.State.Due());
                }
            }

            for (var messages = 0; _network.TryDequeue(out var message); messages++)
            {
                Assert.True(messages < 1000, "they do not stop talking");
                Deliver(message.To, message.Message);
            }
        }
    }

    private void Deliver(int to, IVoterMessage message)
    {
        if (_voters[to] is not { } voter)
        {
            return;
        }

        switch (message)
        {
            case VoterIntroduction said:
                Take(to, voter.State.On(said, () => ++_incarnation));
                break;
            case MemoryLost said:
                Take(to, voter.State.On(said));
                break;
            case MemoryLossNoted said:
                Take(to, voter.State.On(said, () => ++_incarnation));
                break;
            case CopyRequest said:
                Take(to, (voter.State, voter.State.On(said, voter.Registers, voter.Trouble)));
                break;
            case RegisterCopies said:
                Take(to, voter.State.On(said, voter.Registers));
                break;
        }
    }

    private void Take(int index, (VotingRightState Next, RightChange Change) step)
    {
        var voter = _voters[index]!;
        voter.State = step.Next;
        _left[index] = step.Next.Record;
        if (!step.Change.Merged.IsEmpty)
        {
            voter.Merged = voter.Registers = [.. step.Change.Merged];
        }

        if (step.Change.Forgotten is { } forgotten)
        {
            voter.Forgotten.Add(forgotten);
        }

        if (step.Change.Report is { } report)
        {
            voter.Reports.Add(report);
        }

        foreach (var (to, message) in step.Change.Messages)
        {
            _network.Enqueue((index, to, message));
        }
    }

    private void AssertAllDeal()
    {
        for (var one = 0; one < Names.Length; one++)
        {
            for (var other = 0; other < Names.Length; other++)
            {
                AssertDeal(one, other);
            }
        }
    }

    private void AssertDeal(int one, int other)
    {
        var start = _voters[other]!.State.Record.Start;
        Assert.True(_voters[one]!.State.MayAnswer(other, start), $"{Names[one]} does not answer {Names[other]}: {string.Join("; ", _voters[one]!.Reports)}, waits for {_voters[one]!.State.WaitsFor}");
        Assert.True(_voters[one]!.State.Counts(other, start), $"{Names[one]} does not count {Names[other]}");
    }

    private sealed class Voter(VotingRightState state)
    {
        public VotingRightState State { get; set; } = state;

        public IReadOnlyList<RegisterCopy> Registers { get; set; } = [];

        public IReadOnlyList<RegisterCopy>? Merged { get; set; }

        public string? Trouble { get; set; }

        public List<int> Forgotten { get; } = [];

        public List<string> Reports { get; } = [];
    }
}
