using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>The bodies that <see cref="ProtocolJson"/> knows; their readers and writers are generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DelayOffsetTable))]
[JsonSerializable(typeof(HeartbeatData))]
[JsonSerializable(typeof(SubscriptionData))]
[JsonSerializable(typeof(LockBatchBody))]
[JsonSerializable(typeof(LockBatchResult))]
[JsonSerializable(typeof(MessageQueue))]
[JsonSerializable(typeof(OffsetWrapper))]
[JsonSerializable(typeof(TopicRouteData))]
[JsonSerializable(typeof(ClusterInfo))]
[JsonSerializable(typeof(ConsumerIdList))]
[JsonSerializable(typeof(KvTable))]
[JsonSerializable(typeof(TopicList))]
[JsonSerializable(typeof(GroupList))]
[JsonSerializable(typeof(CheckClientConfigBody))]
[JsonSerializable(typeof(DataVersion))]
[JsonSerializable(typeof(TopicConfig))]
[JsonSerializable(typeof(TopicConfigTable))]
[JsonSerializable(typeof(SubscriptionGroupConfig))]
[JsonSerializable(typeof(SubscriptionGroupTable))]
[JsonSerializable(typeof(QueueOffsetList))]
[JsonSerializable(typeof(ConsumerStatusBody))]
[JsonSerializable(typeof(SubscriptionGroupList))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(ConsumerOffsetTable))]
[JsonSerializable(typeof(TopicOffset))]
[JsonSerializable(typeof(ProducerConnections))]
[JsonSerializable(typeof(ConsumerConnections))]
internal sealed partial class ProtocolJsonContext : JsonSerializerContext;
