using Akka.Actor;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>What a <see cref="CopySession"/> tells the <see cref="CopiesActor"/>. What an ended session still says is not heard.</summary>
internal static class CopyEvents
{
    /// <summary>A message of the copy.</summary>
    public sealed record Said(CopySession Session, ReplicationMessage Message) : INoSerializationVerificationNeeded;

    /// <summary>See <see cref="ICopySession.CaughtUp"/>.</summary>
    public sealed record CaughtUp(CopySession Session, int Log) : INoSerializationVerificationNeeded;

    /// <summary>See <see cref="ICopySession.HoldsVisible"/>.</summary>
    public sealed record HoldsVisible(CopySession Session, int Log) : INoSerializationVerificationNeeded;

    /// <summary>See <see cref="ICopySession.Lost"/>.</summary>
    public sealed record Lost(CopySession Session, int Log) : INoSerializationVerificationNeeded;

    /// <summary>See <see cref="ICopySession.CannotRead"/>.</summary>
    public sealed record CannotRead(CopySession Session, int Log, LogPoint From, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>More logs may be aligned: there is room, or it is their turn.</summary>
    public sealed record AlignDue(CopySession Session) : INoSerializationVerificationNeeded;
}
