namespace Rocket.Actors.Metadata;

/// <summary>The manifests under which metadata is stored. Append-only: a manifest is never renamed, removed or given another meaning.</summary>
public static class MetadataManifests
{
    public const string TopicChanged = "tc";
    public const string TopicDeleted = "td";
    public const string GroupChanged = "gc";
    public const string GroupDeleted = "gd";
    public const string OffsetsCommitted = "oc";
    public const string OrdinalAssigned = "oa";
    public const string LockGranted = "lg";
    public const string LockReleased = "lr";
    public const string TimersDelivered = "tm";
    public const string MessagesSetAside = "sa";
    public const string KeyValuesChanged = "kv";
    public const string Snapshot = "sn";
}
