using System.Collections.Immutable;

namespace Rocket.Actors.KeyValues;

/// <summary>The name server's settings as this node knows them: the newest of what all brokers have. One immutable snapshot, readable from any thread.</summary>
public sealed class KeyValueView
{
    public static readonly KeyValueView Empty = new([.. Enumerable.Repeat(KeyValueShare.Nothing, KeyValueShare.Count)]);

    private readonly ImmutableArray<ImmutableDictionary<KeyValueName, KeyValueEntry>> _shares;

    private KeyValueView(ImmutableArray<ImmutableDictionary<KeyValueName, KeyValueEntry>> shares) => _shares = shares;

    /// <summary>The value of a setting; null: there is none.</summary>
    public string? ValueOf(string space, string key) => Find(new KeyValueName(space, key))?.Value;

    /// <summary>All settings of a namespace by key, in order.</summary>
    public IReadOnlyDictionary<string, string> List(string space)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in _shares.SelectMany(share => share.Values))
        {
            if (entry.Namespace == space && entry.Value is { } value)
            {
                found.Add(entry.Key, value);
            }
        }

        return found;
    }

    /// <summary>What is known of a setting, deleted or not; null: nothing.</summary>
    internal KeyValueEntry? Find(KeyValueName name) => _shares[name.Share].GetValueOrDefault(name);

    /// <summary>Everything that is known in one share.</summary>
    internal IEnumerable<KeyValueEntry> InShare(int index) => _shares[index].Values;

    internal KeyValueView With(int index, ImmutableDictionary<KeyValueName, KeyValueEntry> share) => new(_shares.SetItem(index, share));
}
