using System.Collections.Immutable;
using System.Text;
using Rocket.Actors.Wire;
using Rocket.Protocol.Headers;

namespace Rocket.Actors.Clients;

/// <summary>
/// Client lists as they travel; what the codec cannot read is left out by the node that cannot, and passed on.
/// <code>
/// part:         unsigned layout version 1 | node address | count | membership*
/// membership:   client id | group | remote address | unsigned language | signed version | consumeType | messageModel | consumeFromWhere |
///               signed stamp | count | subscription*
/// subscription: topic | subString | expressionType | signed subVersion
/// </code>
/// </summary>
internal static class ClientPartCodec
{
    private const ulong LayoutVersion = 1;

    /// <summary>Bytes of a number at most, or of what stands before a text.</summary>
    private const int NumberBytes = 10;

    public static PublishedPart Encode(ClientPart part)
    {
        var writer = new PayloadWriter();
        writer.WriteUnsigned(LayoutVersion);
        writer.WriteText(part.NodeAddress);
        writer.WriteUnsigned((ulong)part.Memberships.Length);
        foreach (ConsumerMembership membership in part.Memberships)
        {
            writer.WriteText(membership.ClientId);
            writer.WriteText(membership.Group);
            writer.WriteText(membership.RemoteAddress);
            writer.WriteUnsigned((byte)membership.Language);
            writer.WriteSigned(membership.Version);
            writer.WriteText(membership.ConsumeType);
            writer.WriteText(membership.MessageModel);
            writer.WriteText(membership.ConsumeFromWhere);
            writer.WriteSigned(membership.Stamp);
            writer.WriteUnsigned((ulong)membership.Subscriptions.Length);
            foreach (TopicSubscription subscription in membership.Subscriptions)
            {
                writer.WriteText(subscription.Topic);
                writer.WriteText(subscription.SubString);
                writer.WriteText(subscription.ExpressionType);
                writer.WriteSigned(subscription.SubVersion);
            }
        }

        return new PublishedPart(part.Incarnation, part.Version, writer.ToPayload());
    }

    /// <summary>Bytes that a membership takes at most, when it shares no text with others and nothing is compressed.</summary>
    public static int GreatestLengthOf(ConsumerMembership membership)
    {
        int length = LengthOf(membership.ClientId) + LengthOf(membership.Group) + LengthOf(membership.RemoteAddress) + LengthOf(membership.ConsumeType)
            + LengthOf(membership.MessageModel) + LengthOf(membership.ConsumeFromWhere) + (4 * NumberBytes);
        foreach (TopicSubscription subscription in membership.Subscriptions)
        {
            length += LengthOf(subscription.Topic) + LengthOf(subscription.SubString) + LengthOf(subscription.ExpressionType) + NumberBytes;
        }

        return length;
    }

    /// <exception cref="InvalidDataException">The payload has another layout or is damaged.</exception>
    public static ClientPart Decode(string node, int index, PublishedPart part)
    {
        var reader = new PayloadReader(part.Payload);
        ulong version = reader.ReadUnsigned();
        if (version != LayoutVersion)
        {
            throw new InvalidDataException($"Layout version {version} of a client list is not known here.");
        }

        string address = reader.ReadText();
        var memberships = ImmutableArray.CreateBuilder<ConsumerMembership>(reader.ReadCount());
        for (int left = memberships.Capacity; left > 0; left--)
        {
            memberships.Add(ReadMembership(reader));
        }

        return new ClientPart(node, index, part.Epoch, part.Version, address, memberships.MoveToImmutable());
    }

    private static int LengthOf(string text) => NumberBytes + Encoding.UTF8.GetByteCount(text);

    private static ConsumerMembership ReadMembership(PayloadReader reader)
    {
        string clientId = reader.ReadText(), group = reader.ReadText(), remoteAddress = reader.ReadText();
        var language = (LanguageCode)(byte)reader.ReadUnsigned();
        int version = reader.ReadInt32();
        string consumeType = reader.ReadText(), messageModel = reader.ReadText(), consumeFromWhere = reader.ReadText();
        long stamp = reader.ReadSigned();
        var subscriptions = ImmutableArray.CreateBuilder<TopicSubscription>(reader.ReadCount());
        for (int left = subscriptions.Capacity; left > 0; left--)
        {
            subscriptions.Add(new TopicSubscription(reader.ReadText(), reader.ReadText(), reader.ReadText(), reader.ReadSigned()));
        }

        return new ConsumerMembership(
            group, clientId, remoteAddress, language, version, consumeType, messageModel, consumeFromWhere, subscriptions.MoveToImmutable(), stamp);
    }
}
