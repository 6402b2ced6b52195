namespace Rocket.Host.Gateway;

/// <summary>Serves some request codes.</summary>
internal interface IRequestHandler
{
    /// <summary>
    /// Serves one request. The connection reads its next frame when the returned task is complete: a handler on the hot path returns a completed
    /// one, a handler that must keep the order of a client's requests returns one that completes when the next may follow.
    /// </summary>
    ValueTask HandleAsync(in GatewayRequest request);

    /// <summary>What becomes of a request that arrives after the node began to stop.</summary>
    WhileStopping WhileStopping => WhileStopping.Refuse;
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
