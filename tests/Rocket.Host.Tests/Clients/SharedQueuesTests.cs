using System.Diagnostics;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clients;

[Collection(AliOnsCollection.Name)]
public sealed class SharedQueuesTests(AliOnsRocket fixture)
{
    private const int Queues = 8;
    private static readonly TimeSpan TakeOverLimit = TimeSpan.FromSeconds(5);

    private readonly AliOns _client = new(fixture.Rocket);

    [SkippableFact]
    public async Task Consumers_of_a_group_share_the_queues_and_each_message_comes_once()
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        var group = UniqueNames.Group();
        await using var first = await _client.StartConsumerAsync(topic, group);
        await using var second = await _client.StartConsumerAsync(topic, group);
        await ShareAsync(first, second);

        var confirmed = await _client.SendAsync(topic, count: 400, inFlight: 8);
        await first.WaitForAsync("message", 200);
        await second.WaitForAsync("message", 200);
        await first.EndAsync("close");
        await second.EndAsync("close");

        var received = first.Told("message").Concat(second.Told("message")).Select(message => message.Id);
        Assert.Equal(confirmed.Select(sent => sent.Id).Order(), received.Order());
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_queues_go_to_the_rest_within_seconds_when_a_consumer_leaves(bool crashes)
    {
        NodeRuntime.Demand();
        var topic = await _client.CreateTopicAsync(Queues);
        var group = UniqueNames.Group();
        await using var staying = await _client.StartConsumerAsync(topic, group);
        await using var leaving = await _client.StartConsumerAsync(topic, group);
        await ShareAsync(staying, leaving);

        var leave = Stopwatch.StartNew();
        await (crashes ? leaving.KillAsync() : leaving.EndAsync("close"));
        await staying.WaitUntilAsync(events => Has(events, Queues), "all queues");
        var took = leave.Elapsed;

        var confirmed = await _client.SendAsync(topic, count: 40);
        await staying.WaitForAsync("message", confirmed.Count);
        Assert.Equal(confirmed.Select(sent => sent.Id).Order(), staying.Told("message").Select(message => message.Id).Order());
        Assert.True(took < TakeOverLimit, $"it took {took.TotalSeconds:f1} s");
    }

    private static async Task ShareAsync(NodeScript first, NodeScript second)
    {
        await first.WaitUntilAsync(events => Has(events, Queues / 2), "half of the queues");
        await second.WaitUntilAsync(events => Has(events, Queues / 2), "half of the queues");
    }

    private static bool Has(IReadOnlyList<ClientEvent> events, int queues) =>
        events.LastOrDefault(told => told.Event == "queues")?.Queues!.Count == queues;
}
