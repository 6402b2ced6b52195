using Rocket.Protocol.Messages;

namespace Rocket.Host.Gateway;

/// <summary>What the broker reads in a message's properties before it stores it: one walk over them.</summary>
internal readonly ref struct StoredProperties
{
    private StoredProperties(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> uniqueKey, int tagHash, bool waits, bool delayed, bool half)
    {
        Keys = keys;
        UniqueKey = uniqueKey;
        TagHash = tagHash;
        WaitsForFlush = waits;
        IsDelayed = delayed;
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

    /// <summary>DELAY names a level.</summary>
    public bool IsDelayed { get; }

    /// <summary>TRAN_MSG says that this is the half of a transaction.</summary>
    public bool IsHalf { get; }

    public static StoredProperties Read(ReadOnlySpan<byte> properties)
    {
        ReadOnlySpan<byte> keys = default;
        ReadOnlySpan<byte> uniqueKey = default;
        var tagHash = 0;
        var (waits, delayed, half) = (true, false, false);
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
                delayed = !value.SequenceEqual("0"u8) && !value.IsEmpty;
            }
            else if (name.SequenceEqual(PropertyNames.TransactionPrepared))
            {
                half = IsWord(value, "true"u8);
            }
        }

        return new StoredProperties(keys, uniqueKey, tagHash, waits, delayed, half);
    }

    private static bool IsWord(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(value, word);
}
