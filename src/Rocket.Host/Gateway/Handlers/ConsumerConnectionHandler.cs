using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_CONSUMER_CONNECTION_LIST (203): the members of a consumer group on all nodes, and what they want.</summary>
internal sealed class ConsumerConnectionHandler(ILogger logger) : QuestionHandler<ConsumerConnectionRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    protected override Task AnswerAsync(ConsumerConnectionRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (!connection.Environment.Node.Clients.TryGetGroup(question.ConsumerGroup, out var group))
        {
            answer.Answer(ResponseCode.ConsumerNotOnline, $"the consumer group[{question.ConsumerGroup}] not online");
            return Task.CompletedTask;
        }

        answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(new ConsumerConnections
        {
            Connections = [.. group.Members.Select(member => ConnectionOf(member.ClientId, member.RemoteAddress, member.Language, member.Version))],
            ConsumeFromWhere = group.ConsumeFromWhere,
            ConsumeType = group.ConsumeType,
            MessageModel = group.MessageModel,
            Subscriptions = group.Subscriptions.ToDictionary(entry => entry.Key, entry => DataOf(entry.Value)),
        }));
        return Task.CompletedTask;
    }

    internal static ClientConnection ConnectionOf(string clientId, string address, LanguageCode language, int version) =>
        new() { ClientAddr = address, ClientId = clientId, Language = LanguageNames.TextOf(language), Version = version };

    private static SubscriptionData DataOf(TopicSubscription subscription)
    {
        string[] tags = subscription.IsTag && !subscription.Expression.IsAll
            ? subscription.SubString.Split("||", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];
        return new SubscriptionData
        {
            Topic = subscription.Topic,
            SubString = subscription.SubString,
            ExpressionType = subscription.ExpressionType,
            SubVersion = subscription.SubVersion,
            TagsSet = tags,
            CodeSet = subscription.IsTag ? subscription.Expression.TagHashes.ToArray() : [],
        };
    }
}
