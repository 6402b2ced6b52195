using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>A node with its defaults.</summary>
public sealed class ConsumingRocket() : RocketFixture()
{
    /// <summary>A topic of one queue with a message for each of these tags; "" = no tag.</summary>
    public async Task<string> TopicWithTagsAsync(params string[] tags)
    {
        var topic = await CreateTopicAsync();
        await using var client = await ConnectAsync();
        await client.SendTagsAsync(topic, tags);
        return topic;
    }
}

[CollectionDefinition(Name)]
public sealed class ConsumingCollection : ICollectionFixture<ConsumingRocket>
{
    public const string Name = "consuming";
}

internal static class TaggedSends
{
    /// <summary>A message for each of these tags, in this order; "" = no tag.</summary>
    public static Task SendTagsAsync(this RemotingConnection client, string topic, params string[] tags) =>
        Task.WhenAll(tags.Select((tag, i) => client.SendAsync(SendRequest.For(topic, $"{i}", tags: tag.Length == 0 ? null : tag)).Succeeded()));
}
