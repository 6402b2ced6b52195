namespace Rocket.Host.Gateway;

/// <summary>Serves some request codes.</summary>
internal interface IRequestHandler
{
    /// <summary>
    /// Serves one request. The connection reads its next frame when the returned task is complete: a handler on the hot path returns a completed
    /// one, a handler that must keep the order of a client's requests returns one that completes when the next may follow.
    /// </summary>
    ValueTask HandleAsync(in GatewayRequest request);

    /// <summary>Which node serves the request.</summary>
    RequestPlace Place => RequestPlace.Leader;

    /// <summary>What becomes of a request whose broker nobody leads, or whose leader was lost before it answered. For <see cref="RequestPlace.Leader"/>.</summary>
    WithoutLeader WithoutLeader => WithoutLeader.Refuse;

    /// <summary>What becomes of a request that arrives after the node began to stop.</summary>
    WhileStopping WhileStopping => WhileStopping.Refuse;
}

/// <summary>Which node serves a request.</summary>
internal enum RequestPlace
{
    /// <summary>The one that leads the broker of the listener; on any other one the request is forwarded to it, once.</summary>
    Leader,

    /// <summary>The one that it came to: every node knows the answer.</summary>
    Here,
}

/// <summary>What becomes of a request whose broker nobody leads, or whose leader was lost before it answered.</summary>
internal enum WithoutLeader
{
    /// <summary>Answered 14: the client turns to another broker, or tries again.</summary>
    Refuse,

    /// <summary>
    /// Held until somebody leads the broker, for <see cref="GatewayEnvironment.LeaderPatience"/> at most; then the connection is reset, since clients
    /// would take any error for an answer.
    /// </summary>
    Hold,

    /// <summary>A pull: 14 too, but one that waited for messages at the lost leader is answered as if none had come, 19 with the offset it asked for.</summary>
    PullAgain,
}

/// <summary>What becomes of a request that arrives after the node began to stop.</summary>
internal enum WhileStopping
{
    /// <summary>Answered 14 at once: the client turns to another broker, or comes again after its reconnect.</summary>
    Refuse,

    /// <summary>Served like always: it needs nothing that stops.</summary>
    Serve,

    /// <summary>Not answered, since any error would be misunderstood; the connection is reset, which tells the client at once.</summary>
    Drop,
}
