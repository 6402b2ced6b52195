using Rocket.Protocol.Json;

namespace Rocket.Actors.Tests.Clients;

/// <summary>Heartbeats as clients send them.</summary>
internal static class Heartbeats
{
    public static HeartbeatData Consumer(string clientId, string group, params (string Topic, string SubString, long SubVersion)[] subscriptions) => new()
    {
        ClientId = clientId,
        ProducerDataSet = [new ProducerData { GroupName = "CLIENT_INNER_PRODUCER" }],
        ConsumerDataSet = [Data(group, subscriptions)],
    };

    public static HeartbeatData Producer(string clientId, params string[] groups) => new()
    {
        ClientId = clientId,
        ProducerDataSet = [.. groups.Select(group => new ProducerData { GroupName = group })],
    };

    public static ConsumerData Data(string group, params (string Topic, string SubString, long SubVersion)[] subscriptions) => new()
    {
        GroupName = group,
        SubscriptionDataSet =
        [
            .. subscriptions.Select(subscription => new SubscriptionData
            {
                Topic = subscription.Topic,
                SubString = subscription.SubString,
                SubVersion = subscription.SubVersion,
            }),
        ],
    };
}
