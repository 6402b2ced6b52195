using System.Text.Json.Serialization;

namespace Rocket.Actors.Metadata;

/// <summary>
/// The stored JSON of metadata. A member added later needs a default value in its constructor, which it takes when an older version wrote the
/// record; members without one must be there. A member that this version does not know is ignored.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MetadataEvents.TopicChanged))]
[JsonSerializable(typeof(MetadataEvents.TopicDeleted))]
[JsonSerializable(typeof(MetadataEvents.GroupChanged))]
[JsonSerializable(typeof(MetadataEvents.GroupDeleted))]
[JsonSerializable(typeof(StoredOffsets))]
[JsonSerializable(typeof(MetadataEvents.OrdinalAssigned))]
[JsonSerializable(typeof(MetadataEvents.LockGranted))]
[JsonSerializable(typeof(MetadataEvents.LockReleased))]
[JsonSerializable(typeof(MetadataEvents.TimersDelivered))]
[JsonSerializable(typeof(MetadataEvents.MessagesSetAside))]
[JsonSerializable(typeof(MetadataEvents.KeyValuesChanged))]
[JsonSerializable(typeof(MetadataSnapshot))]
internal sealed partial class MetadataJson : JsonSerializerContext;
