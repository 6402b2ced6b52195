using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Bodies that show everything that a broker has.</summary>
internal static class AnswerBody
{
    /// <summary>Clients take frames of 16 MiB, head included.</summary>
    private const int GreatestBytes = (16 << 20) - (64 << 10);

    /// <summary>Answers with the body, or with an error when no client would take it.</summary>
    public static void Answer(PendingAnswer answer, byte[] body)
    {
        if (body.Length > GreatestBytes)
        {
            answer.Answer(ResponseCode.SystemError, $"the answer has {body.Length} bytes, clients take {GreatestBytes}: ask for less at a time");
        }
        else
        {
            answer.Answer(ResponseCode.Success, body: body);
        }
    }

    /// <summary>Rises with each change, also from master to master: tools compare the epoch first.</summary>
    public static DataVersion VersionOf(NodeContext node, BrokerContext broker, ChangeCount changes) => new()
    {
        Counter = changes.Count,
        StateVersion = node.Placements.TryGet(broker.Settings.Name, out var placement) ? placement?.Epoch.Value ?? 0 : 0,
        Timestamp = changes.Timestamp,
    };
}
