using Rocket.Actors.Cluster;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Memory;
using Xunit;

namespace Rocket.Host.Tests.Gateway;

/// <summary>What a connection may have unanswered, alone and with all others.</summary>
public sealed class OutstandingBudgetTests
{
    private const int KiB = 1024;
    private const long Limit = 1024 * KiB;
    private const long Total = 2048 * KiB;

    private readonly GatewayMemory _memory = new(Limits(), new ConnectionRegistry(100));

    [Fact]
    public async Task A_connection_over_its_limit_waits_until_enough_is_answered()
    {
        var budget = new OutstandingBudget(Limit, _memory);
        budget.Take(1025 * KiB);
        var waiting = budget.WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        budget.Release(KiB);

        await waiting;
        Assert.False(budget.IsFull);
    }

    [Fact]
    public async Task While_all_together_have_too_much_those_over_their_share_wait_and_the_others_do_not()
    {
        // Nobody is registered, so that the share of each is all there is; two that are half as large each are over it together.
        OutstandingBudget[] greedy = [new(100 * Limit, _memory), new(100 * Limit, _memory)];
        var modest = new OutstandingBudget(100 * Limit, _memory);
        greedy[0].Take(2100 * KiB);
        greedy[1].Take(1000 * KiB);
        modest.Take(60 * KiB);
        Assert.True(_memory.Outstanding.IsFull);
        Assert.Equal((true, false, false), (greedy[0].IsFull, greedy[1].IsFull, modest.IsFull));
        var waiting = greedy[0].WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        greedy[1].Release(1000 * KiB);
        Assert.False(waiting.IsCompleted);
        greedy[0].Release(150 * KiB);

        await waiting;
        Assert.False(_memory.Outstanding.IsFull);
    }

    [Fact]
    public async Task One_that_waits_for_others_goes_on_when_they_are_answered()
    {
        var (patient, other) = (new OutstandingBudget(100 * Limit, _memory), new OutstandingBudget(100 * Limit, _memory));
        patient.Take(2049 * KiB);
        other.Take(1000 * KiB);
        patient.Release(64 * KiB);
        patient.Take(64 * KiB);
        var waiting = patient.WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        patient.Release(200 * KiB);
        other.Release(1000 * KiB);

        await waiting;
    }

    [Fact]
    public async Task Everything_that_was_taken_is_given_back()
    {
        var budgets = Enumerable.Range(0, 4).Select(_ => new OutstandingBudget(Limit, _memory)).ToList();
        await Task.WhenAll(budgets.SelectMany((budget, i) => Enumerable.Range(0, 2).Select(half => Task.Run(() =>
        {
            var random = new Random((2 * i) + half);
            for (var round = 0; round < 20_000; round++)
            {
                var bytes = random.Next(1, 300 * KiB);
                budget.Take(bytes);
                budget.Release(bytes);
            }
        }))));

        Assert.All(budgets, budget => Assert.True(budget.IsEmpty));
        Assert.Equal(0, _memory.Outstanding.Bytes);
    }

    private static LimitSettings Limits()
    {
        var (configuration, errors) = NodeConfiguration.Load(null, [$"rocket.limits.outstanding-total={Total}"]);
        Assert.True(configuration is not null, string.Join('\n', errors));
        return configuration.Node.Limits;
    }
}
