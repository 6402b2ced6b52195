namespace Rocket.Host.Gateway;

/// <summary>Serves some request codes.</summary>
internal interface IRequestHandler
{
    /// <summary>
    /// Serves one request. The connection reads its next frame when the returned task is complete: a handler on the hot path returns a completed
    /// one, a handler that must keep the order of a client's requests returns one that completes when the next may follow.
    /// </summary>
    ValueTask HandleAsync(in GatewayRequest request);
}
