using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Heartbeats, as consumers send them.</summary>
internal static class GroupJoining
{
    /// <summary>Joins a group with one subscription, as a push consumer does.</summary>
    public static async Task JoinAsync(
        this RemotingConnection client, string group, string clientId, string topic, string expression = "*", string model = "CLUSTERING") =>
        await client.HeartbeatAsync(Heartbeat(group, clientId, [SubscriptionData.ForTags(topic, expression)], model)).Succeeded();

    public static Heartbeat Heartbeat(
        string group, string clientId, IReadOnlyList<SubscriptionData> subscriptions, string model = "CLUSTERING") =>
        new(clientId)
        {
            ProducerGroups = ["CLIENT_INNER_PRODUCER"],
            Consumers =
            [
                new ConsumerData(group, [.. subscriptions, SubscriptionData.ForTags("%RETRY%" + group)]) { MessageModel = model },
            ],
        };

    /// <summary>The members of a group as the broker tells them, in order.</summary>
    public static async Task<IReadOnlyList<string>> MembersAsync(this RemotingConnection client, string group)
    {
        var answer = await client.ConsumerListAsync(group);
        return answer.Code == ResponseCode.SystemError ? [] : [.. answer.Succeeded().ClientIds.Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits for a notification that members of the group came or went.</summary>
    public static async Task WaitForChangeAsync(this RemotingConnection client, string group, TimeSpan patience)
    {
        while (true)
        {
            var request = await client.WaitForServerRequestAsync(RequestCode.NotifyConsumerIdsChanged, patience);
            if (request.Fields["consumerGroup"] == group)
            {
                return;
            }
        }
    }
}
