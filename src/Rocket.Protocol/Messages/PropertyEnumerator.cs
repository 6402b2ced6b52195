namespace Rocket.Protocol.Messages;

/// <summary>One property of a message, UTF-8, in place.</summary>
public readonly ref struct MessageProperty(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>Never empty.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>Never empty.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>Walks a property string; malformed pairs are skipped. Serves as its own <c>foreach</c> source.</summary>
public ref struct PropertyEnumerator
{
    private ReadOnlySpan<byte> _rest;
    private MessageProperty _current;

    internal PropertyEnumerator(ReadOnlySpan<byte> properties)
    {
        _rest = properties;
        _current = default;
    }

    /// <summary>The property the enumerator stands on.</summary>
    public readonly MessageProperty Current => _current;

    /// <summary>Itself.</summary>
    public readonly PropertyEnumerator GetEnumerator() => this;

    /// <summary>Steps to the next well-formed pair; false behind the last.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var separator = _rest.IndexOf(MessageProperties.PairSeparator);
            var pair = separator < 0 ? _rest : _rest[..separator];
            _rest = separator < 0 ? default : _rest[(separator + 1)..];
            if (MessageProperties.TrySplit(pair, out _current))
            {
                return true;
            }
        }

        return false;
    }
}
