using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Clients;

/// <summary>The client library ali-ons, pointed at a started node.</summary>
internal sealed class AliOns(RocketProcess rocket)
{
    private string NameServer { get; } = $"127.0.0.1:{rocket.NameServerPort}";

    /// <summary>Creates a topic with a name of its own.</summary>
    public async Task<string> CreateTopicAsync(int queues)
    {
        var topic = UniqueNames.Topic();
        await NodeScript.RunAsync("create-topic.mjs", new { NameServer, topic, queues });
        return topic;
    }

    /// <summary>Sends messages 0 to count − 1 and returns what the broker has confirmed.</summary>
    public async Task<IReadOnlyList<ClientEvent>> SendAsync(string topic, int count, int inFlight = 1, int size = 0, params string[] tags)
    {
        await using var producer = StartProducer(topic, count, inFlight, size, tags);
        await producer.WaitForAsync("sent");
        return producer.Told("confirmed");
    }

    /// <summary>Sends messages that are to come later, by a level or a time of their own.</summary>
    public async Task SendLaterAsync(string topic, int count, int delayLevel = 0, TimeSpan deliverAfter = default)
    {
        await using var producer = NodeScript.Start(
            "send.mjs", new { NameServer, group = "producers", topic, count, tags = new[] { "later" }, delayLevel, deliverAfter = (int)deliverAfter.TotalMilliseconds });
        await producer.WaitForAsync("sent");
    }

    /// <summary>Starts to send; without a count it goes on until the command "stop".</summary>
    /// <param name="topic">Where to.</param>
    /// <param name="count">Number of messages.</param>
    /// <param name="inFlight">Sends that may be unanswered at a time.</param>
    /// <param name="size">Bytes of a body, at least.</param>
    /// <param name="tags">Given to the messages in turn.</param>
    public NodeScript StartProducer(string topic, int count = int.MaxValue, int inFlight = 1, int size = 0, params string[] tags) =>
        NodeScript.Start(
            "send.mjs",
            new { NameServer, group = "producers", topic, count, inFlight, size, tags = tags.Length == 0 ? ["plain"] : tags });

    /// <summary>Starts a consumer and waits until it has queues.</summary>
    /// <param name="topic">What it subscribes to.</param>
    /// <param name="group">Its consumer group.</param>
    /// <param name="tags">Expression of the subscription.</param>
    /// <param name="broadcast">Whether it gets every message, not a share of them.</param>
    /// <param name="instance">Tells broadcast consumers of one machine apart; others are told apart by their process.</param>
    /// <param name="failures">Messages, the first ones in their producer's order, for which its handler fails once before it succeeds.</param>
    public async Task<NodeScript> StartConsumerAsync(
        string topic, string group, string tags = "*", bool broadcast = false, string instance = "DEFAULT", int failures = 0)
    {
        var consumer = NodeScript.Start("consume.mjs", new { NameServer, topic, group, tags, broadcast, instance, failures });
        try
        {
            await consumer.WaitForAsync("queues");
            return consumer;
        }
        catch
        {
            await consumer.DisposeAsync();
            throw;
        }
    }
}
