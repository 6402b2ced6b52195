using System.Text;
using Rocket.Actors.Wire;

namespace Rocket.Actors.KeyValues;

/// <summary>Names one setting that the name server keeps for clients (RocketMQ: KV configuration).</summary>
/// <param name="Namespace">Such as <see cref="OrderTopics"/>; not empty.</param>
/// <param name="Key">Within the namespace; not empty.</param>
public readonly record struct KeyValueName(string Namespace, string Key)
{
    /// <summary>The namespace whose keys are topics and whose values tell where an ordered topic's queues are, <c>broker-a:4;broker-b:4</c>.</summary>
    public const string OrderTopics = "ORDER_TOPIC_CONFIG";

    /// <summary>Which of the shares it belongs to that are published one by one; a change would leave settings in two shares during an upgrade.</summary>
    internal int Share => (int)(unchecked((StableHash.Of(Namespace) * 31) + StableHash.Of(Key)) % KeyValueShare.Count);

    /// <summary>Bytes of both in UTF-8.</summary>
    internal int Bytes => Encoding.UTF8.GetByteCount(Namespace) + Encoding.UTF8.GetByteCount(Key);
}
