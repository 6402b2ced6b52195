using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>What simulated nodes tell each other.</summary>
internal abstract record Message;

internal sealed record Vote(VoterRequest Request) : Message;

internal sealed record Voted(VoterAnswer Answer) : Message;

/// <summary>A master asks a node to follow it.</summary>
internal sealed record Follow(Epoch Epoch, int Session) : Message;

internal sealed record FollowRefused(int Session, Epoch Promised) : Message;

internal sealed record Ends(int Session, IReadOnlyDictionary<string, LogEnd> Logs) : Message;

internal sealed record Align(int Session, string Log, LogAlignment Alignment) : Message;

internal sealed record Records(
    int Session, string Log, LogPoint First, int Count, byte[] Bytes, byte[] Index, byte[] Keys, long VisibleOffset, LogPoint Minimum) : Message;

internal sealed record Marks(int Session, string Log, long VisibleOffset, LogPoint Minimum) : Message;

internal sealed record Acknowledged(int Session, string Log, LogPoint Appended, LogPoint Flushed) : Message;
