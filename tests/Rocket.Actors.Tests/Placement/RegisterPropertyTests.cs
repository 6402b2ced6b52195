using CsCheck;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class RegisterPropertyTests
{
    private static readonly Gen<byte[]> Script = Gen.Byte.Array[200, 1600];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Changes_are_agreed_one_after_the_other_whatever_the_network_does(int voters) =>
        Script.Sample(script => new RegisterSimulation(voters).Run(script), iter: 2000);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Outcomes_that_were_unknown_are_read_back(int voters) =>
        Gen.Select(Script, Gen.Int[0, voters - 1]).Sample(
            (script, reader) =>
            {
                var simulation = new RegisterSimulation(voters);
                simulation.Run(script);
                return simulation.ReadsBackTheLastChosen(reader);
            },
            iter: 2000);

    [Fact]
    public void The_simulation_gets_changes_agreed()
    {
        var agreed = 0;
        Script.Sample(
            script =>
            {
                var simulation = new RegisterSimulation(3);
                simulation.Run(script);
                agreed += simulation.AgreedRounds;
            },
            iter: 200,
            threads: 1);
        Assert.True(agreed > 200, $"Only {agreed} rounds were agreed in 200 runs: the scripts test nothing.");
    }

    public static TheoryData<string> Mistakes => ["does not keep its promise", "accepts below its promise", "forgets what it accepted"];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_check_finds_an_acceptor_that(string mistake) =>
        Assert.ThrowsAny<Exception>(() => Script.Sample(script => new RegisterSimulation(3, Mistaken(mistake)).Run(script), iter: 20_000));

    private static Func<AcceptorState, AcceptorRequest, (AcceptorState, AcceptorAnswer)> Mistaken(string mistake) => (state, request) => (mistake, request) switch
    {
        ("does not keep its promise", Prepare prepare) when prepare.Ballot > state.Promised => (state, new Promise(prepare.Ballot, state.AcceptedBallot, state.Value)),
        ("accepts below its promise", Accept accept) => (state with { AcceptedBallot = accept.Ballot, Value = accept.Value }, new Accepted(accept.Ballot)),
        ("forgets what it accepted", Prepare prepare) when prepare.Ballot > state.Promised =>
            (AcceptorState.Empty with { Promised = prepare.Ballot }, new Promise(prepare.Ballot, Ballot.None, null)),
        _ => state.On(request),
    };
}
