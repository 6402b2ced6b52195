using System.Diagnostics;

namespace Rocket.Protocol.Headers;

/// <summary>One entry of a header's extFields: unescaped UTF-8, valid until the header is decoded again.</summary>
public readonly ref struct HeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>The name, in the peer's case.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The value as text, whatever it stands for.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>The extFields of a <see cref="CommandHeader"/> in the order they came in; a repeated name is shown each time.</summary>
public readonly struct HeaderFields
{
    private readonly CommandHeader _header;

    internal HeaderFields(CommandHeader header) => _header = header;

    /// <summary>How many there are.</summary>
    public int Count => _header.FieldCount;

    /// <summary>Starts before the first.</summary>
    public Enumerator GetEnumerator() => new(_header);

    /// <summary>Walks the fields without allocating.</summary>
    public struct Enumerator
    {
        private readonly CommandHeader _header;
        private int _index;

        internal Enumerator(CommandHeader header)
        {
            _header = header;
            _index = -1;
        }

        /// <summary>The field the enumerator stands on.</summary>
        public readonly HeaderField Current => new(_header.FieldName(_index), _header.FieldValue(_index));

        /// <summary>Steps to the next field; false behind the last.</summary>
        public bool MoveNext()
        {
            Debug.Assert(_index < _header.FieldCount);
            return ++_index < _header.FieldCount;
        }
    }
}
