using KnownTopic = Rocket.Actors.Topics.TopicConfig;
using ToldTopic = Rocket.Protocol.Json.TopicConfig;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Topics as tools are told of them.</summary>
internal static class TopicConfigs
{
    public static ToldTopic Tell(KnownTopic config) => new()
    {
        Order = config.Order,
        Perm = config.Perm,
        ReadQueueNums = config.ReadQueueNums,
        TopicName = config.Topic,
        TopicSysFlag = config.TopicSysFlag,
        WriteQueueNums = config.WriteQueueNums,
    };
}
