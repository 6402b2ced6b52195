using System.Collections.Immutable;
using Rocket.Actors.Cluster;

namespace Rocket.Actors.KeyValues;

/// <summary>
/// The entries that one broker has in its metadata, as its BrokerActor sees them: those included whose event is still being written, so that the next write
/// is decided on top of them.
/// </summary>
internal sealed class KeyValueBook
{
    private readonly Dictionary<KeyValueName, KeyValueEntry> _entries = [];
    private readonly int[] _bytes = new int[KeyValueShare.Count];

    public IReadOnlyCollection<KeyValueEntry> Entries => _entries.Values;

    /// <summary>Goes on from what is durable.</summary>
    public void Restore(IEnumerable<KeyValueEntry> entries)
    {
        _entries.Clear();
        Array.Clear(_bytes);
        foreach (var entry in entries)
        {
            Set(entry);
        }
    }

    /// <summary>Decides a write, and takes it in if it comes to a change.</summary>
    /// <param name="broker">This broker.</param>
    /// <param name="name">The setting.</param>
    /// <param name="value">Null: it is deleted.</param>
    /// <param name="knownVersion">The version that whoever asks has seen; 0: none.</param>
    /// <param name="state">What all brokers have, as this node knows it.</param>
    /// <param name="now">Unix time in milliseconds.</param>
    /// <param name="limits">How much there may be.</param>
    public KeyValueDecision Write(
        string broker, KeyValueName name, string? value, long knownVersion, KeyValueState state, long now, LimitSettings limits)
    {
        var own = _entries.GetValueOrDefault(name);
        var shown = state.View.Find(name);
        var newest = shown is not null && shown.IsNewerThan(own) ? shown : own;
        if (newest?.Value == value && (newest?.Version ?? 0) >= knownVersion)
        {
            // It says so already. One that nobody knows is not there: nothing is remembered about that.
            return new KeyValueDecision(newest, null, [], null);
        }

        var entry = new KeyValueEntry(name.Namespace, name.Key, value, Math.Max(Math.Max(newest?.Version ?? 0, knownVersion) + 1, now), broker);
        if (entry.Bytes > limits.MaxKeyValueBytes)
        {
            return KeyValueDecision.Refuse($"a setting of {entry.Bytes} bytes is refused, {limits.MaxKeyValueBytes} are allowed (rocket.limits.max-key-value-size)");
        }

        // A deletion is remembered, however many there are.
        var forgotten = Forgettable(entry, own, state);
        if (value is not null && !Fits(entry, own, forgotten))
        {
            return KeyValueDecision.Refuse("the name server has no room for this setting beside those that it is published with: make it shorter, or delete others");
        }

        if (own is null && value is not null && _entries.Count - forgotten.Count >= limits.MaxKeyValues)
        {
            if (Oldest(_entries.Values.Except(forgotten), state) is not { } oldest)
            {
                return KeyValueDecision.Refuse($"the name server has {limits.MaxKeyValues} settings already (rocket.limits.max-key-values)");
            }

            forgotten.Add(oldest);
        }

        forgotten.ForEach(gone => Remove(gone.Name));
        Set(entry);
        return new KeyValueDecision(entry, entry, [.. forgotten.Select(gone => gone.Name)], null);
    }

    /// <summary>Takes in what other brokers have and this one lacks, as far as it fits; returns what has to be made durable.</summary>
    /// <param name="news">What they have.</param>
    /// <param name="state">What all brokers have, as this node knows it.</param>
    public KeyValueAdoption Adopt(IEnumerable<KeyValueEntry> news, KeyValueState state)
    {
        List<KeyValueEntry> adopted = [];
        List<KeyValueName> forgotten = [];
        foreach (var entry in news)
        {
            var own = _entries.GetValueOrDefault(entry.Name);
            if (KeyValueState.IsNews(entry, own) && Forgettable(entry, own, state) is var gone && Fits(entry, own, gone))
            {
                gone.ForEach(deleted => Remove(deleted.Name));
                forgotten.AddRange(gone.Select(deleted => deleted.Name));
                Set(entry);
                adopted.Add(entry);
            }
        }

        return new KeyValueAdoption(adopted, forgotten);
    }

    /// <summary>Deleted settings of the share that make room for an entry; none where that has room, or where they do not suffice.</summary>
    private List<KeyValueEntry> Forgettable(KeyValueEntry entry, KeyValueEntry? own, KeyValueState state)
    {
        List<KeyValueEntry> forgotten = [];
        if (Fits(entry, own, forgotten))
        {
            return forgotten;
        }

        var deleted = _entries.Values.Where(other => other.Name.Share == entry.Name.Share && other.Name != entry.Name && IsForgettable(other, state));
        foreach (var oldest in deleted.OrderBy(other => other.Version))
        {
            forgotten.Add(oldest);
            if (Fits(entry, own, forgotten))
            {
                return forgotten;
            }
        }

        return [];
    }

    private bool Fits(KeyValueEntry entry, KeyValueEntry? own, List<KeyValueEntry> forgotten) =>
        _bytes[entry.Name.Share] - (own?.Bytes ?? 0) - forgotten.Sum(gone => gone.Bytes) + entry.Bytes <= KeyValueShare.GreatestBytes;

    private static bool IsForgettable(KeyValueEntry entry, KeyValueState state) => entry.IsDeleted && state.IsForgettable(entry.Name);

    private static KeyValueEntry? Oldest(IEnumerable<KeyValueEntry> entries, KeyValueState state)
    {
        KeyValueEntry? oldest = null;
        foreach (var entry in entries)
        {
            if ((oldest is null || entry.Version < oldest.Version) && IsForgettable(entry, state))
            {
                oldest = entry;
            }
        }

        return oldest;
    }

    private void Set(KeyValueEntry entry)
    {
        Remove(entry.Name);
        _entries[entry.Name] = entry;
        _bytes[entry.Name.Share] += entry.Bytes;
    }

    private void Remove(KeyValueName name)
    {
        if (_entries.Remove(name, out var gone))
        {
            _bytes[name.Share] -= gone.Bytes;
        }
    }
}

/// <summary>What is taken over from other brokers.</summary>
/// <param name="Entries">What has to be made durable.</param>
/// <param name="Forgotten">Deleted settings that make room for it.</param>
internal sealed record KeyValueAdoption(IReadOnlyList<KeyValueEntry> Entries, IReadOnlyList<KeyValueName> Forgotten);

/// <summary>What a write comes to.</summary>
/// <param name="Outcome">How the setting is known afterwards; null: not at all, or refused.</param>
/// <param name="Entry">What has to be made durable; null: nothing.</param>
/// <param name="Forgotten">Deleted settings that make room for it.</param>
/// <param name="Refusal">Why it cannot be, for the client; null: it can.</param>
internal sealed record KeyValueDecision(KeyValueEntry? Outcome, KeyValueEntry? Entry, IReadOnlyList<KeyValueName> Forgotten, string? Refusal)
{
    public static KeyValueDecision Refuse(string reason) => new(null, null, [], reason);
}
