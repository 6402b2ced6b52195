using System.Collections.Immutable;
using Rocket.Actors.Topics;
using Rocket.Actors.Wire;

namespace Rocket.Actors.Routing;

/// <summary>
/// Routes as they travel.
/// <code>
/// registration: unsigned 1 | cluster | unsigned retracted (0, 1) | count | (signed broker id | address)*
/// bucket:       unsigned 1 | count | (topic | signed readQueueNums | writeQueueNums | perm | topicSysFlag | unsigned order)*
/// </code>
/// The leading number is the layout's version. A node that does not know it keeps passing the part on and goes without it, so a new layout
/// needs one release that only reads it.
/// </summary>
internal static class RoutePartCodec
{
    private const ulong LayoutVersion = 1;

    public static PublishedPart Encode(BrokerRegistration registration)
    {
        var writer = new PayloadWriter();
        writer.WriteUnsigned(LayoutVersion);
        writer.WriteText(registration.Cluster);
        writer.WriteUnsigned(registration.Retracted ? 1u : 0u);
        writer.WriteUnsigned((ulong)registration.Addresses.Count);
        foreach ((long id, string address) in registration.Addresses)
        {
            writer.WriteSigned(id);
            writer.WriteText(address);
        }

        return new PublishedPart(registration.Stamp.Epoch, registration.Stamp.Version, writer.ToPayload());
    }

    public static PublishedPart Encode(TopicBucket bucket)
    {
        var writer = new PayloadWriter();
        writer.WriteUnsigned(LayoutVersion);
        writer.WriteUnsigned((ulong)bucket.Topics.Count);
        foreach (TopicConfig topic in bucket.Topics.Values)
        {
            writer.WriteText(topic.Topic);
            writer.WriteSigned(topic.ReadQueueNums);
            writer.WriteSigned(topic.WriteQueueNums);
            writer.WriteSigned(topic.Perm);
            writer.WriteSigned(topic.TopicSysFlag);
            writer.WriteUnsigned(topic.Order ? 1u : 0u);
        }

        return new PublishedPart(bucket.Stamp.Epoch, bucket.Stamp.Version, writer.ToPayload());
    }

    /// <exception cref="InvalidDataException">The payload has another layout or is damaged.</exception>
    public static BrokerRegistration DecodeRegistration(string brokerName, PublishedPart part)
    {
        PayloadReader reader = Open(part);
        string cluster = reader.ReadText();
        bool retracted = reader.ReadUnsigned() != 0;
        var addresses = ImmutableSortedDictionary.CreateBuilder<long, string>();
        for (int left = reader.ReadCount(); left > 0; left--)
        {
            addresses[reader.ReadSigned()] = reader.ReadText();
        }

        return new BrokerRegistration(brokerName, cluster, new PartStamp(part.Epoch, part.Version), addresses.ToImmutable(), retracted);
    }

    /// <exception cref="InvalidDataException">The payload has another layout or is damaged.</exception>
    public static TopicBucket DecodeBucket(string brokerName, int index, PublishedPart part)
    {
        PayloadReader reader = Open(part);
        var topics = TopicBucket.NoTopics.ToBuilder();
        for (int left = reader.ReadCount(); left > 0; left--)
        {
            var topic = new TopicConfig(
                reader.ReadText(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadUnsigned() != 0);
            topics[topic.Topic] = topic;
        }

        return new TopicBucket(brokerName, index, new PartStamp(part.Epoch, part.Version), topics.ToImmutable());
    }

    private static PayloadReader Open(PublishedPart part)
    {
        var reader = new PayloadReader(part.Payload);
        ulong version = reader.ReadUnsigned();
        return version == LayoutVersion ? reader : throw new InvalidDataException($"Layout version {version} of a route is not known here.");
    }
}
