using System.Text.Json;
using System.Text.Json.Serialization;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Topics;

/// <summary>What a broker knows of a topic (RocketMQ: TopicConfig).</summary>
/// <param name="Topic">Topic name, 1 to 127 characters.</param>
/// <param name="ReadQueueNums">Queues that consumers see: ids 0 to this − 1.</param>
/// <param name="WriteQueueNums">Queues that producers see: ids 0 to this − 1.</param>
/// <param name="Perm">Permission bits: 1 inherit, 2 write, 4 read.</param>
/// <param name="TopicSysFlag">Unit bits (1 unit, 2 unit-sub), kept and handed out as they came.</param>
/// <param name="Order">Whether the topic was created as an ordered one.</param>
public sealed record TopicConfig(string Topic, int ReadQueueNums, int WriteQueueNums, int Perm, int TopicSysFlag, bool Order)
{
    /// <summary>Members that a newer version stored: kept, so that the next snapshot of this version does not lose them. Set by the deserializer alone.</summary>
    [JsonInclude]
    [JsonExtensionData]
    internal IDictionary<string, JsonElement>? Newer { get; set; }

    /// <summary>Whether consumers may pull from it.</summary>
    [JsonIgnore]
    public bool IsReadable => (Perm & TopicPermission.Read) != 0;

    /// <summary>Whether messages may be put into it.</summary>
    [JsonIgnore]
    public bool IsWritable => (Perm & TopicPermission.Write) != 0;

    /// <summary>Whether it is a template that new topics inherit from.</summary>
    [JsonIgnore]
    public bool IsInherited => (Perm & TopicPermission.Inherit) != 0;

    /// <summary>As RocketMQ writes it into remarks.</summary>
    public override string ToString()
    {
        var perm = string.Concat(IsReadable ? 'R' : '-', IsWritable ? 'W' : '-', IsInherited ? 'X' : '-');
        return $"TopicConfig [topicName={Topic}, readQueueNums={ReadQueueNums}, writeQueueNums={WriteQueueNums}, perm={perm}, "
            + $"topicFilterType=SINGLE_TAG, topicSysFlag={TopicSysFlag}, order={(Order ? "true" : "false")}]";
    }
}
