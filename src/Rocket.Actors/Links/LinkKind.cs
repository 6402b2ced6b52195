namespace Rocket.Actors.Links;

/// <summary>
/// What a frame between two nodes is. Append-only: a number is never given another meaning, also not when its kind is used no more. A node
/// drops kinds that it does not know, so that a newer one may send them.
/// </summary>
public enum LinkKind
{
    /// <summary>No frame has it.</summary>
    None = 0,

    /// <summary>Handshake: who speaks (<see cref="LinkHello"/>).</summary>
    Hello = 1,

    /// <summary>Handshake: the dialing node knows the secret.</summary>
    Proof = 2,

    /// <summary>Handshake: the accepting node agrees, and knows the secret too.</summary>
    Welcome = 3,

    /// <summary>Handshake: it does not. Later: what came was not the protocol, and the connection ends. The text says why, for people.</summary>
    Refusal = 4,

    /// <summary>Nothing, said so that the other side hears something.</summary>
    Ping = 5,

    /// <summary>Between the placement actors of two voters (<c>Placement/VoterMessageCodec</c>).</summary>
    VoterMessage = 16,

    /// <summary>What a node tells of itself (<see cref="NodeStatus"/>).</summary>
    NodeStatus = 17,

    /// <summary>Between voters that are in no cluster yet (<c>Forming/FormationCodec</c>).</summary>
    Formation = 18,

    /// <summary>Replication: everything that is neither a batch nor an acknowledgement.</summary>
    ReplicationControl = 32,

    /// <summary>Replication: records of one log. Bulk.</summary>
    RecordBatch = 33,

    /// <summary>Replication: how far a log is acknowledged.</summary>
    ReplicationAck = 34,

    /// <summary>A client's frame that reached the wrong node. Bulk.</summary>
    ForwardedRequest = 48,

    /// <summary>The answer to it. Bulk.</summary>
    ForwardedReply = 49,

    /// <summary>A request of the server for a client that another node is connected to. Bulk.</summary>
    ClientCall = 50,

    /// <summary>What came of it. Bulk.</summary>
    ClientCallAnswer = 51,
}
