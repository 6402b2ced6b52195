using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>What handlers outside the hot path ask a BrokerActor.</summary>
internal static class BrokerQuestions
{
    /// <summary>Clients give up after 3 s; an answer after that helps nobody.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary><see cref="BrokerProtocol.TopicAvailable"/> or <see cref="BrokerProtocol.Refused"/>.</summary>
    public static Task<object> EnsureTopicAsync(BrokerContext broker, BrokerProtocol.EnsureTopic wish) => AskAsync(broker, wish);

    /// <summary><see cref="BrokerProtocol.TopicAvailable"/> or <see cref="BrokerProtocol.Refused"/>.</summary>
    public static Task<object> ChangeTopicAsync(BrokerContext broker, TopicConfig config) => AskAsync(broker, new BrokerProtocol.ChangeTopic(config));

    /// <summary><see cref="BrokerProtocol.GroupAvailable"/>, its retry topic included, or <see cref="BrokerProtocol.Refused"/>.</summary>
    public static Task<object> EnsureGroupAsync(BrokerContext broker, string group) => AskAsync(broker, new BrokerProtocol.EnsureGroup(group));

    /// <summary><see cref="BrokerProtocol.GroupAvailable"/> or <see cref="BrokerProtocol.Refused"/>.</summary>
    public static Task<object> ChangeGroupAsync(BrokerContext broker, SubscriptionGroupConfig config) => AskAsync(broker, new BrokerProtocol.ChangeGroup(config));

    /// <summary><see cref="BrokerProtocol.GroupGone"/> or <see cref="BrokerProtocol.Refused"/>.</summary>
    public static Task<object> DeleteGroupAsync(BrokerContext broker, string group, bool removeOffsets) =>
        AskAsync(broker, new BrokerProtocol.DeleteGroup(group, removeOffsets));

    /// <summary><see cref="MetadataProtocol.AllOffsets"/> or <see cref="BrokerProtocol.Refused"/>.</summary>
    public static Task<object> AllOffsetsAsync(BrokerContext broker) => AskAsync(broker, MetadataProtocol.QueryAllOffsets.Instance);

    private static async Task<object> AskAsync(BrokerContext broker, object question)
    {
        var actor = broker.Directory.Broker;
        if (actor.IsNobody())
        {
            return NotLed(broker);
        }

        try
        {
            return await actor.Ask<object>(question, Patience).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return NotLed(broker);
        }
    }

    private static BrokerProtocol.Refused NotLed(BrokerContext broker) => new(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
}
