using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Rocket.TestClient.Messages;

/// <summary>
/// A message's properties in their order, and their wire text: <c>name U+0001 value U+0002</c>, repeated. 4.x writes no separator behind the last
/// pair, 5.x does; both are read, and <see cref="ToString"/> writes none.
/// </summary>
public sealed class MessageProperties : IEnumerable<KeyValuePair<string, string>>
{
    public const char ValueMark = '\u0001';
    public const char PairMark = '\u0002';

    private readonly OrderedDictionary<string, string> _pairs = [];

    public int Count => _pairs.Count;

    public string? Tags => this[PropertyName.Tags];

    public string? Keys => this[PropertyName.Keys];

    public string? UniqueKey => this[PropertyName.UniqueKey];

    /// <summary>The value, or null when there is none; setting null removes it.</summary>
    public string? this[string name]
    {
        get => _pairs.GetValueOrDefault(name);
        set
        {
            if (value is null)
            {
                _pairs.Remove(name);
            }
            else
            {
                _pairs[name] = value;
            }
        }
    }

    public void Add(string name, string value) => _pairs.Add(name, value);

    public bool TryGetValue(string name, [MaybeNullWhen(false)] out string value) => _pairs.TryGetValue(name, out value);

    /// <summary>Reads a property string as Java clients do: a pair without a value mark is skipped, of two equal names the last one wins.</summary>
    public static MessageProperties Parse(string text)
    {
        MessageProperties properties = [];
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(PairMark);
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            var mark = pair.IndexOf(ValueMark);
            if (mark >= 0)
            {
                properties._pairs[pair[..mark].ToString()] = pair[(mark + 1)..].ToString();
            }
        }

        return properties;
    }

    public override string ToString() => string.Join(PairMark, _pairs.Select(pair => $"{pair.Key}{ValueMark}{pair.Value}"));

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _pairs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
