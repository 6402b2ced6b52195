using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clients;

/// <summary>The broker goes away and comes back while a producer sends and a consumer consumes.</summary>
public sealed class RestartTests
{
    private const int Queues = 4;
    private const int ConfirmedEachTime = 500;

    [SkippableTheory]
    [InlineData(false, "async-flush")]
    [InlineData(true, "async-flush")]
    [InlineData(true, "sync-flush")]
    public async Task Nothing_that_was_confirmed_is_lost_and_clients_go_on_by_themselves(bool killed, string flush)
    {
        NodeRuntime.Demand();
        await using var rocket = await RocketProcess.StartAsync($"rocket.broker-defaults.flush-disk-type={flush}");
        var client = new AliOns(rocket);
        var topic = await client.CreateTopicAsync(Queues);
        await using var consumer = await client.StartConsumerAsync(topic, "through-the-restart");
        await using var producer = client.StartProducer(topic, inFlight: 8, size: 1024);

        await producer.WaitForAsync("confirmed", ConfirmedEachTime);
        await GoAwayAsync(rocket, killed);
        var confirmedBefore = producer.Told("confirmed").Count;
        await rocket.StartAgainAsync();
        await producer.WaitForAsync("confirmed", confirmedBefore + ConfirmedEachTime);
        await producer.EndAsync("stop");

        var confirmed = producer.Told("confirmed");
        await consumer.WaitUntilAsync(events => HasAll(events, confirmed), "every confirmed message");
        await consumer.EndAsync("close");
        await AssertStoredAsync(client, topic, confirmed);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_group_goes_on_behind_what_it_had_committed(bool killed)
    {
        NodeRuntime.Demand();
        await using var rocket = await RocketProcess.StartAsync();
        var client = new AliOns(rocket);
        var topic = await client.CreateTopicAsync(Queues);
        await using (var before = await client.StartConsumerAsync(topic, "returning"))
        {
            await client.SendAsync(topic, count: 40);
            await before.WaitForAsync("message", 40);
            await before.EndAsync("close");
        }

        // At most one second of commits may be lost in a crash: these here become old enough while later ones are made.
        if (killed)
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5));
        }

        await GoAwayAsync(rocket, killed);
        await rocket.StartAgainAsync();
        var sent = await client.SendAsync(topic, count: 40);
        await using var after = await client.StartConsumerAsync(topic, "returning");
        await after.WaitForAsync("message", 40);
        await after.EndAsync("close");

        Assert.Equal(sent.Select(message => message.Id).Order(), after.Told("message").Select(message => message.Id).Order());
    }

    private static async Task GoAwayAsync(RocketProcess rocket, bool killed)
    {
        if (killed)
        {
            await rocket.KillAsync();
        }
        else
        {
            Assert.Equal(0, await rocket.StopAsync());
        }
    }

    /// <summary>A new group finds each confirmed message once, where the producer was told that it lies.</summary>
    private static async Task AssertStoredAsync(AliOns client, string topic, IReadOnlyList<ClientEvent> confirmed)
    {
        await using var auditor = await client.StartConsumerAsync(topic, "auditors");
        await auditor.WaitUntilAsync(events => HasAll(events, confirmed), "every confirmed message");
        await auditor.EndAsync("close");

        var stored = auditor.Told("message");
        var places = stored.ToDictionary(message => (message.Queue, message.Offset), message => message.Id);
        Assert.All(confirmed, sent => Assert.Equal(sent.Id, places[(sent.Queue, sent.Offset)]));
        Assert.All(stored, message => Assert.True(message.Intact));
    }

    private static bool HasAll(IReadOnlyList<ClientEvent> events, IReadOnlyList<ClientEvent> confirmed)
    {
        var received = events.Where(told => told.Event == "message").Select(told => told.Id).ToHashSet();
        return confirmed.All(sent => received.Contains(sent.Id));
    }
}
