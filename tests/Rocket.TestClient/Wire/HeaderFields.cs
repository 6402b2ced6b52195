using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Rocket.TestClient.Wire;

/// <summary>
/// extFields of one command: text by name, in the order they were added. Numbers become decimal text, booleans "true" or "false",
/// and a null value is left out, so optional fields can be added without asking first.
/// </summary>
public sealed class HeaderFields : IEnumerable<KeyValuePair<string, string>>
{
    private readonly OrderedDictionary<string, string> _fields = [];

    public int Count => _fields.Count;

    public IEnumerable<string> Keys => _fields.Keys;

    /// <exception cref="KeyNotFoundException">Reading a name that is not there.</exception>
    public string this[string key]
    {
        get => _fields[key];
        set => _fields[key] = value;
    }

    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            _fields.Add(name, value);
        }
    }

    public void Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, bool? value) => Add(name, value is { } known ? (known ? "true" : "false") : null);

    public bool Remove(string name) => _fields.Remove(name);

    public bool ContainsKey(string key) => _fields.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _fields.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", _fields.Select(field => $"{field.Key}={field.Value}"));
}
