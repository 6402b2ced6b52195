using Akka.Actor;

namespace Rocket.Actors.Schedules;

/// <summary>What a <see cref="ScheduleActor"/> and a <see cref="TimerActor"/> tell themselves. They are told to stop as all entities are, and tell nobody anything but deliveries to queues.</summary>
internal static class ScheduleProtocol
{
    /// <summary>A message may be due.</summary>
    internal sealed class LookDue : INoSerializationVerificationNeeded
    {
        public static readonly LookDue Instance = new();
    }

    /// <summary>There was more to read than fitted into one turn.</summary>
    internal sealed class ReadDue : INoSerializationVerificationNeeded
    {
        public static readonly ReadDue Instance = new();
    }

    /// <summary>How far deliveries have come is to be made durable.</summary>
    internal sealed class CommitDue : INoSerializationVerificationNeeded
    {
        public static readonly CommitDue Instance = new();
    }
}
