using Rocket.Actors.Forming;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Forming;

public sealed class FormationStateTests
{
    private static readonly string[] Voters = ["node1", "node2", "node3"];
    private static readonly FormationTimes Times = new();
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    [Fact]
    public void A_lone_voter_forms_its_cluster_at_once_and_keeps_nothing()
    {
        var state = new FormationState("node1", 1, ["node1"], FormationRecord.Empty, Times, new Random(1));
        Assert.IsType<FormationStep.Found>(Assert.Single(state.Tick(_now)));
        Assert.True(state.IsMember);
        Assert.Equal(FormationRecord.Empty, state.Record);
    }

    [Fact]
    public void A_node_joins_the_cluster_that_a_voter_is_in()
    {
        var state = New("node3");
        state.Hear("node1", Stand(new ClusterStand(new Ballot(0x100), "akka://node1")));
        Assert.Equal(new FormationStep.Join("akka://node1", new Ballot(0x100)), Assert.Single(state.Tick(_now)));
        Assert.False(state.IsMember);
        state.Joined();
        Assert.True(state.IsMember);
        Assert.Equal(new Ballot(0x100), state.Record.Highest);
    }

    [Fact]
    public void A_node_joins_once_it_hears_every_member_that_others_of_the_cluster_hear()
    {
        var state = New("node2");
        var cluster = new ClusterStand(new Ballot(0x100), "akka://node3");
        state.Hear("node3", new PeerStand(3, cluster, ["node1", "node2"], ["node1"]));
        Assert.Empty(state.Tick(_now));
        Assert.Equal("a link with node1: the others of the cluster hear each other", state.WaitsFor);

        state.Hear("node1", new PeerStand(1, null, ["node3"]));
        Assert.IsType<FormationStep.Join>(Assert.Single(state.Tick(_now)));
    }

    [Fact]
    public void A_node_does_not_wait_for_one_that_nobody_hears_any_more()
    {
        var state = New("node2");
        var cluster = new ClusterStand(new Ballot(0x100), "akka://node3");
        state.Hear("node3", new PeerStand(3, cluster, ["node1", "node2"], ["node1"]));
        Assert.Empty(state.Tick(_now));
        state.Hear("node3", new PeerStand(3, cluster, ["node2"]));
        Assert.IsType<FormationStep.Join>(Assert.Single(state.Tick(_now)));
    }

    [Fact]
    public void A_node_does_not_wait_for_one_that_is_in_no_cluster_either()
    {
        var state = New("node2");
        state.Hear("node3", new PeerStand(3, new ClusterStand(new Ballot(0x100), "akka://node3"), ["node1", "node2"], []));
        Assert.IsType<FormationStep.Join>(Assert.Single(state.Tick(_now)));
    }

    [Fact]
    public void A_member_begins_anew_when_it_hears_that_it_was_taken_out_of_its_cluster()
    {
        var state = New("node2");
        var cluster = new ClusterStand(new Ballot(0x100), "akka://node1");
        state.Hear("node1", new PeerStand(1, cluster, ["node2"], ["node2"]));
        state.Tick(_now);
        state.Joined();
        Assert.Empty(state.Tick(_now));

        // Of another cluster it means nothing.
        state.Hear("node3", new PeerStand(3, new ClusterStand(new Ballot(0x50), "akka://node3"), ["node2"], ["node2"], HasRemovedThisNode: true));
        Assert.Empty(state.Tick(_now));
        state.Hear("node1", new PeerStand(1, cluster, ["node2"], ["node2"], HasRemovedThisNode: true));
        Assert.Contains("node1 knows", Assert.IsType<FormationStep.Abandon>(Assert.Single(state.Tick(_now))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Less_than_a_majority_forms_nothing()
    {
        var state = New("node1");
        Later(Times.Patience * 2);
        Assert.Empty(state.Tick(_now));
        Assert.Equal("a majority of the 3 voters; not heard: node2, node3", state.WaitsFor);
    }

    [Fact]
    public void Of_those_that_hear_each_other_the_lowest_by_name_asks_and_founds_when_a_majority_has_granted()
    {
        var (first, second) = (New("node1"), New("node2"));
        Hears(first, "node2", "node3");
        Hears(second, "node1", "node3");
        Assert.Empty(second.Tick(_now));
        var requests = first.Tick(_now).Cast<FormationStep.Send>().ToList();
        Assert.Equal(["node2", "node3"], requests.Select(request => request.To).Order());
        Assert.Equal("node1", first.Record.Grant!.Candidate);

        var granted = Assert.IsType<FormationStep.Send>(Assert.Single(second.On("node1", 1, requests[0].Message, _now)));
        Assert.Equal(("node1", "node1"), (granted.To, second.Record.Grant!.Candidate));
        Assert.IsType<FormationStep.Found>(Assert.Single(first.On("node2", 2, granted.Message, _now)));
    }

    [Fact]
    public void While_a_voter_is_not_heard_a_node_listens_for_a_cluster_before_it_asks()
    {
        var state = New("node1");
        Hears(state, "node2");
        Assert.Empty(state.Tick(_now));
        Later(Times.ListenTime);
        Assert.NotEmpty(state.Tick(_now));
    }

    [Fact]
    public void A_voter_keeps_its_word_over_a_restart_until_the_candidate_is_another_start()
    {
        var state = Granted(out var number);
        var restarted = new FormationState("node2", 9, Voters, state.Record, Times, new Random(1));
        restarted.Tick(_now);
        Hears(restarted, "node1", "node3");
        Assert.IsType<FormationDenied>(Answer(restarted.On("node3", 3, new FormationRequest(number.Next(2)), _now)));
        restarted.Hear("node1", new PeerStand(77, null, ["node2"]));
        Assert.IsType<FormationGranted>(Answer(restarted.On("node3", 3, new FormationRequest(number.Next(2)), _now)));
    }

    [Fact]
    public void A_voter_that_is_bound_joins_no_older_cluster_and_is_free_when_the_time_is_over()
    {
        var state = Granted(out var number);
        state.Hear("node3", Stand(new ClusterStand(new Ballot(1), "akka://node3")));
        Assert.Empty(state.Tick(_now));
        Later(Times.GrantTime);
        Assert.IsType<FormationStep.Join>(Assert.Single(state.Tick(_now)));
        Assert.True(number > new Ballot(1));
    }

    [Fact]
    public void A_withdrawn_request_frees_the_voter()
    {
        var state = Granted(out var number);
        state.On("node1", 1, new FormationWithdrawn(number), _now);
        Assert.Null(state.Record.Grant);
        Assert.IsType<FormationGranted>(Answer(state.On("node3", 3, new FormationRequest(number.Next(2)), _now)));
    }

    [Fact]
    public void A_number_that_is_not_above_all_known_is_denied_and_the_next_attempt_goes_above()
    {
        var first = New("node1");
        Hears(first, "node2", "node3");
        var request = ((FormationStep.Send)first.Tick(_now)[0]).Message;
        var withdrawn = first.On("node2", 2, new FormationDenied(request.Number, new Ballot(0x900)), _now);
        Assert.All(withdrawn, step => Assert.IsType<FormationWithdrawn>(((FormationStep.Send)step).Message));
        Later(TimeSpan.FromSeconds(1));
        Assert.True(((FormationStep.Send)first.Tick(_now)[0]).Message.Number > new Ballot(0x900));
    }

    [Fact]
    public void An_attempt_that_takes_too_long_is_withdrawn_and_grants_that_come_later_form_nothing()
    {
        var state = New("node1");
        Hears(state, "node2", "node3");
        var number = ((FormationStep.Send)state.Tick(_now)[0]).Message.Number;
        Later(Times.AttemptTime);
        Assert.All(state.On("node2", 2, new FormationGranted(number), _now), step => Assert.IsType<FormationWithdrawn>(((FormationStep.Send)step).Message));
        Assert.Empty(state.On("node3", 3, new FormationGranted(number), _now));
        Assert.False(state.IsMember);
    }

    [Fact]
    public void Who_is_not_the_lowest_tries_when_nobody_has_formed_a_cluster_for_long()
    {
        var state = New("node2");
        Hears(state, "node1", "node3");
        Assert.Empty(state.Tick(_now));
        Later(Times.Patience + TimeSpan.FromMilliseconds(1));
        Assert.NotEmpty(state.Tick(_now));
    }

    [Fact]
    public void A_lower_one_that_hears_no_majority_is_not_waited_for()
    {
        var state = New("node2");
        state.Hear("node1", new PeerStand(1, null, []));
        state.Hear("node3", Stand(null));
        Assert.NotEmpty(state.Tick(_now));
    }

    [Fact]
    public void A_member_leaves_a_cluster_that_was_overtaken()
    {
        var state = New("node1");
        state.Hear("node2", Stand(new ClusterStand(new Ballot(0x100), "akka://node2")));
        state.Tick(_now);
        state.Joined();
        Assert.Empty(state.Tick(_now));
        state.Hear("node3", Stand(new ClusterStand(new Ballot(0x201), "akka://node3")));
        Assert.IsType<FormationStep.Abandon>(Assert.Single(state.Tick(_now)));
    }

    [Fact]
    public void A_join_goes_on_at_another_member_and_is_given_up_when_none_is_left()
    {
        var state = New("node1");
        state.Hear("node2", Stand(new ClusterStand(new Ballot(0x100), "akka://node2")));
        state.Tick(_now);
        state.Tick(_now);
        state.Hear("node3", Stand(new ClusterStand(new Ballot(0x100), "akka://node3")));
        state.Lose("node2");
        Assert.Equal(new FormationStep.Join("akka://node3", new Ballot(0x100)), Assert.Single(state.Tick(_now)));
        state.Lose("node3");
        Assert.Empty(state.Tick(_now));
        Later(Times.JoinPatience + TimeSpan.FromMilliseconds(1));
        Assert.IsType<FormationStep.Abandon>(Assert.Single(state.Tick(_now)));
    }

    [Fact]
    public void A_join_goes_on_at_another_member_when_the_first_one_is_lost_at_once()
    {
        var state = New("node1");
        state.Hear("node2", Stand(new ClusterStand(new Ballot(0x100), "akka://node2")));
        state.Tick(_now);
        state.Hear("node3", Stand(new ClusterStand(new Ballot(0x100), "akka://node3")));
        state.Lose("node2");
        Assert.Equal(new FormationStep.Join("akka://node3", new Ballot(0x100)), Assert.Single(state.Tick(_now)));
    }

    [Fact]
    public void A_node_that_is_taken_in_where_nobody_is_known_of_its_cluster_any_more_begins_anew()
    {
        var state = New("node1");
        state.Hear("node2", Stand(new ClusterStand(new Ballot(0x100), "akka://node2")));
        state.Tick(_now);
        state.Hear("node2", Stand(null));
        Assert.IsType<FormationStep.Abandon>(Assert.Single(state.Joined()));
        Assert.False(state.IsMember);
    }

    [Fact]
    public void A_voter_with_an_empty_folder_grants_nothing_until_a_word_that_it_lost_is_void_but_joins_at_once()
    {
        var state = new FormationState("node2", 2, Voters, FormationRecord.Forgotten, Times, new Random(1));
        state.Tick(_now);
        Hears(state, "node1", "node3");
        var above = state.Record.Highest.Next(0);
        Assert.IsType<FormationDenied>(Answer(state.On("node1", 1, new FormationRequest(above), _now)));
        Later(Times.GrantTime);
        Assert.IsType<FormationGranted>(Answer(state.On("node1", 1, new FormationRequest(above), _now)));

        var other = new FormationState("node3", 3, Voters, FormationRecord.Forgotten, Times, new Random(1));
        other.Hear("node1", Stand(new ClusterStand(new Ballot(0x100), "akka://node1")));
        Assert.IsType<FormationStep.Join>(Assert.Single(other.Tick(_now)));
    }

    [Fact]
    public void A_voter_that_lost_its_folder_forms_no_cluster_under_a_number_that_it_may_have_used()
    {
        var numbers = Enumerable.Range(1, 100).Select(seed => new FormationState("node1", seed, Voters, FormationRecord.Forgotten, Times, new Random(seed)).Record.Highest);
        Assert.Equal(100, numbers.Distinct().Count());
    }

    [Fact]
    public void A_persons_word_forms_a_cluster_alone_but_not_a_second_one()
    {
        var state = New("node2");
        Assert.IsType<FormationStep.Found>(Assert.Single(state.FormNow()));
        Assert.Empty(state.FormNow());
        Assert.True(state.Record.Highest > Ballot.None);
    }

    private static FormationState New(string name) => new(name, name[^1] - '0', Voters, FormationRecord.Empty, Times, new Random(1));

    private static PeerStand Stand(ClusterStand? cluster) => new(1, cluster, Voters);

    private static void Hears(FormationState state, params string[] peers)
    {
        foreach (var peer in peers)
        {
            state.Hear(peer, new PeerStand(peer[^1] - '0', null, Voters));
        }
    }

    private static FormationMessage Answer(IReadOnlyList<FormationStep> steps) => Assert.IsType<FormationStep.Send>(Assert.Single(steps)).Message;

    // node2 after it has granted node1 a number.
    private FormationState Granted(out Ballot number)
    {
        var state = New("node2");
        Hears(state, "node1", "node3");
        state.Tick(_now);
        number = new Ballot(0x500);
        Assert.IsType<FormationGranted>(Answer(state.On("node1", 1, new FormationRequest(number), _now)));
        return state;
    }

    private void Later(TimeSpan time) => _now += time;
}
