using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>What makes a message one that is not stored, whatever its topic; null means that it may be.</summary>
internal static class MessageRules
{
    public static SendRefusal? CheckSize(long bodyLength, int propertiesLength, BrokerSettings settings) =>
        bodyLength <= settings.MaxMessageSize && propertiesLength <= MessageLayout.MaxPropertiesBytes
            ? null
            : new SendRefusal(
                ResponseCode.MessageIllegal,
                "the message is illegal, maybe msg body or properties length not matched. " +
                $"msg body length limit {settings.MaxMessageSize}B, msg properties length limit 32KB.");

    /// <summary>Stored as an ordinary message, a half or a delayed one would be consumed too early.</summary>
    public static SendRefusal? CheckKind(in StoredProperties properties, NodeSettings node)
    {
        if (properties.IsHalf)
        {
            return new SendRefusal(ResponseCode.NoPermission, $"the broker[{node.AdvertisedHost}] sending transaction message is forbidden");
        }

        return properties.IsDelayed
            ? new SendRefusal(ResponseCode.MessageIllegal, $"the broker[{node.AdvertisedHost}] does not deliver messages with a delay level (property DELAY)")
            : null;
    }
}
