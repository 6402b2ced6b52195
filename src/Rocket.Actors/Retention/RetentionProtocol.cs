using Akka.Actor;

namespace Rocket.Actors.Retention;

/// <summary>What a <see cref="RetentionActor"/> tells itself. It asks queues in the words of QueueProtocol, and the metadata in those of MetadataProtocol.</summary>
internal static class RetentionProtocol
{
    /// <summary>Time to look how full the disk is.</summary>
    public sealed class MeasureDue : INoSerializationVerificationNeeded
    {
        public static readonly MeasureDue Instance = new();
    }

    /// <summary>Time to look what has to go.</summary>
    public sealed class CheckDue : INoSerializationVerificationNeeded
    {
        public static readonly CheckDue Instance = new();
    }

    /// <summary>An answer did not come, and the pass does not wait for it any longer.</summary>
    public sealed class PatienceOver : INoSerializationVerificationNeeded
    {
        public static readonly PatienceOver Instance = new();
    }
}
