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

    /// <summary>The messages of a batch are stored at once, where clients see them.</summary>
    public static SendRefusal? CheckInBatch(in StoredProperties properties)
    {
        if (properties.IsHalf)
        {
            return new SendRefusal(ResponseCode.MessageIllegal, "the message is illegal: a batch cannot be a transaction (property TRAN_MSG)");
        }

        return properties.DelayLevel is <= 0 && !properties.Wish.IsSet
            ? null
            : new SendRefusal(ResponseCode.MessageIllegal, "the message is illegal: the messages of a batch cannot be delayed");
    }
}
