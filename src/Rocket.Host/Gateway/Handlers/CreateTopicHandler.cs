using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>UPDATE_AND_CREATE_TOPIC (17): answered when the topic takes messages and its route is known.</summary>
internal sealed class CreateTopicHandler(ILogger logger) : QuestionHandler<CreateTopicRequest>(logger)
{
    private const int KnownPermissions = TopicPermission.Inherit | TopicPermission.ReadWrite | TopicPermission.Priority;

    protected override Task AnswerAsync(CreateTopicRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var broker = connection.Listener.Broker!;
        if (Refuse(question, connection.Environment.Node.Settings, broker.Settings) is { } remark)
        {
            answer.Answer(ResponseCode.SystemError, remark);
            return Task.CompletedTask;
        }

        var config = new TopicConfig(
            question.Topic, question.ReadQueueNums, question.WriteQueueNums, question.Perm, question.TopicSysFlag, question.Order);
        return ChangeAsync(broker, config, answer);
    }

    private static string? Refuse(CreateTopicRequest question, NodeSettings node, BrokerSettings broker)
    {
        if (!TopicName.Validate(question.Topic, out var remark))
        {
            return remark;
        }

        if (SystemTopics.IsSystem(question.Topic, node.ClusterName, broker.Name))
        {
            return SystemTopics.ConflictRemark(question.Topic);
        }

        var limit = node.Limits.MaxQueuesPerTopic;
        if (question.ReadQueueNums < 1 || question.WriteQueueNums < 1 || question.ReadQueueNums > limit || question.WriteQueueNums > limit)
        {
            return $"readQueueNums {question.ReadQueueNums} and writeQueueNums {question.WriteQueueNums} must be 1 to {limit} (rocket.limits.max-queues-per-topic)";
        }

        return (question.Perm & ~KnownPermissions) == 0 ? null : $"perm {question.Perm} is illegal, its bits are 1 inherit, 2 write, 4 read, 8 priority";
    }

    private static async Task ChangeAsync(BrokerContext broker, TopicConfig config, PendingAnswer answer)
    {
        if (await BrokerQuestions.ChangeTopicAsync(broker, config).ConfigureAwait(false) is BrokerProtocol.Refused refused)
        {
            answer.Answer(refused.Code, refused.Remark);
        }
        else
        {
            answer.Answer(ResponseCode.Success);
        }
    }
}
