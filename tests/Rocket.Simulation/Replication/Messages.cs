using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>What simulated nodes tell each other.</summary>
internal abstract record Message;

internal sealed record Vote(VoterRequest Request) : Message;

internal sealed record Voted(VoterAnswer Answer) : Message;

/// <summary>A master asks a node to follow it.</summary>
internal sealed record Follow(Epoch Epoch, int Session) : Message;

internal sealed record FollowRefused(int Session, Epoch Promised) : Message;

internal sealed record Ends(int Session, IReadOnlyList<NamedEnd> Logs) : Message;

internal sealed record Align(int Session, int Log, string Name, LogAlignment Alignment) : Message;

internal sealed record LogEnded(int Session, int Log, LogEnd End) : Message;

internal sealed record Records(
    int Session, int Log, LogPoint First, int Count, byte[] Bytes, byte[] Index, byte[] Keys, long VisibleOffset, LogPoint Minimum) : Message;

internal sealed record Marks(int Session, int Log, long VisibleOffset, LogPoint Minimum) : Message;

internal sealed record HoldsAll(int Session) : Message;

internal sealed record Acknowledged(int Session, int Log, LogPoint Appended, LogPoint Flushed) : Message;
