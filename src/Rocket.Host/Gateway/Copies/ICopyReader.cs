using Rocket.Actors.Cluster;

namespace Rocket.Host.Gateway.Copies;

/// <summary>A handler that may answer from this node's copy of a broker which it does not lead.</summary>
internal interface ICopyReader
{
    /// <summary>Whether <c>slave-read-enable</c> makes it answer while the broker's master is known, too.</summary>
    bool ReadsBesideMaster => false;

    /// <summary>Answers, now or later. False: the copy does not tell, and nothing was answered.</summary>
    /// <param name="request">The request.</param>
    /// <param name="broker">The listener's broker; its copy is open.</param>
    bool TryAnswerFromCopy(in GatewayRequest request, BrokerContext broker);
}
