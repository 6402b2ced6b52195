using System.Buffers.Text;
using Rocket.Protocol.Messages;

namespace Rocket.Host.Gateway;

/// <summary>What the broker reads in a message's properties before it stores it: one walk over them.</summary>
internal readonly ref struct StoredProperties
{
    private StoredProperties(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> uniqueKey, int tagHash, bool waits, int? delayLevel, DeliveryWish wish, bool half)
    {
        Keys = keys;
        UniqueKey = uniqueKey;
        TagHash = tagHash;
        WaitsForFlush = waits;
        DelayLevel = delayLevel;
        Wish = wish;
        IsHalf = half;
    }

    /// <summary>KEYS: blank-separated, each indexed.</summary>
    public ReadOnlySpan<byte> Keys { get; }

    /// <summary>UNIQ_KEY: the client's own id of the message, indexed.</summary>
    public ReadOnlySpan<byte> UniqueKey { get; }

    /// <summary>Java hash of TAGS, 0 without.</summary>
    public int TagHash { get; }

    /// <summary>False for WAIT=false.</summary>
    public bool WaitsForFlush { get; }

    /// <summary>DELAY: 0 or less is none. Null: it is no number.</summary>
    public int? DelayLevel { get; }

    /// <summary>A time of its own at which it is to be delivered.</summary>
    public DeliveryWish Wish { get; }

    /// <summary>TRAN_MSG says that this is the half of a transaction.</summary>
    public bool IsHalf { get; }

    public static StoredProperties Read(ReadOnlySpan<byte> properties)
    {
        ReadOnlySpan<byte> keys = default;
        ReadOnlySpan<byte> uniqueKey = default;
        var tagHash = 0;
        var (waits, half) = (true, false);
        int? delayLevel = 0;
        var wish = default(DeliveryWish);
        foreach (var property in MessageProperties.Enumerate(properties))
        {
            var name = property.Name;
            var value = property.Value;
            if (name.SequenceEqual(PropertyNames.Tags))
            {
                tagHash = JavaHash.OfUtf8(value);
            }
            else if (name.SequenceEqual(PropertyNames.UniqueKey))
            {
                uniqueKey = value;
            }
            else if (name.SequenceEqual(PropertyNames.Keys))
            {
                keys = value;
            }
            else if (name.SequenceEqual(PropertyNames.Wait))
            {
                waits = !IsWord(value, "false"u8);
            }
            else if (name.SequenceEqual(PropertyNames.Delay))
            {
                delayLevel = Utf8Parser.TryParse(value, out int level, out var read) && read == value.Length ? level : null;
            }
            else if (name.SequenceEqual(PropertyNames.TransactionPrepared))
            {
                half = IsWord(value, "true"u8);
            }
            else
            {
                wish = wish.Or(name, value);
            }
        }

        return new StoredProperties(keys, uniqueKey, tagHash, waits, delayLevel, wish, half);
    }

    private static bool IsWord(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(value, word);
}
