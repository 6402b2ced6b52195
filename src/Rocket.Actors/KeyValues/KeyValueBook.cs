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

        // A deletion needs none: it is remembered, however many there are.
        var needsPlace = own is null && value is not null && _entries.Count >= limits.MaxKeyValues;
        var forgotten = needsPlace ? OldestForgettable(state) : null;
        if (needsPlace && forgotten is null)
        {
            return KeyValueDecision.Refuse($"the name server has {limits.MaxKeyValues} settings already (rocket.limits.max-key-values)");
        }

        if (value is not null && !Fits(entry, own))
        {
            return KeyValueDecision.Refuse("the name server has no room for this setting beside those that it is published with: make it shorter, or delete others");
        }

        if (forgotten is not null)
        {
            Remove(forgotten.Value);
        }

        Set(entry);
        return new KeyValueDecision(entry, entry, forgotten is { } gone ? [gone] : [], null);
    }

    /// <summary>Takes in what other brokers have and this one lacks, as far as it fits; returns what has to be made durable.</summary>
    public IReadOnlyList<KeyValueEntry> Adopt(IEnumerable<KeyValueEntry> news)
    {
        List<KeyValueEntry> adopted = [];
        foreach (var entry in news)
        {
            var own = _entries.GetValueOrDefault(entry.Name);
            if (KeyValueState.IsNews(entry, own) && Fits(entry, own))
            {
                Set(entry);
                adopted.Add(entry);
            }
        }

        return adopted;
    }

    private bool Fits(KeyValueEntry entry, KeyValueEntry? own) => _bytes[entry.Name.Share] - (own?.Bytes ?? 0) + entry.Bytes <= KeyValueShare.GreatestBytes;

    private KeyValueName? OldestForgettable(KeyValueState state)
    {
        KeyValueEntry? oldest = null;
        foreach (var entry in _entries.Values)
        {
            if (entry.IsDeleted && (oldest is null || entry.Version < oldest.Version) && state.IsForgettable(entry.Name))
            {
                oldest = entry;
            }
        }

        return oldest?.Name;
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

/// <summary>What a write comes to.</summary>
/// <param name="Outcome">How the setting is known afterwards; null: not at all, or refused.</param>
/// <param name="Entry">What has to be made durable; null: nothing.</param>
/// <param name="Forgotten">Deleted settings that make room for it.</param>
/// <param name="Refusal">Why it cannot be, for the client; null: it can.</param>
internal sealed record KeyValueDecision(KeyValueEntry? Outcome, KeyValueEntry? Entry, IReadOnlyList<KeyValueName> Forgotten, string? Refusal)
{
    public static KeyValueDecision Refuse(string reason) => new(null, null, [], reason);
}
