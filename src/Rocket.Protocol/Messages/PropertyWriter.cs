using System.Buffers.Text;

namespace Rocket.Protocol.Messages;

/// <summary>Writes a property string pair by pair, without a separator at the end; see <see cref="MessageProperties"/>.</summary>
/// <param name="destination">Where to.</param>
/// <param name="written">Bytes of a property string that stand there already.</param>
public ref struct PropertyWriter(Span<byte> destination, int written = 0)
{
    /// <summary>Digits of the longest number, its sign included.</summary>
    private const int LongestNumber = 20;

    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; } = written;

    /// <summary>Bytes that a pair takes, with its separators.</summary>
    public static int LengthOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => 1 + name.Length + 1 + value.Length;

    /// <summary>Bytes that a pair with a number takes at most, with its separators.</summary>
    public static int LengthOfNumber(ReadOnlySpan<byte> name) => 1 + name.Length + 1 + LongestNumber;

    /// <summary>Adds a pair; one without a name or a value is left out, as readers would.</summary>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public void Add(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || value.IsEmpty)
        {
            return;
        }

        if (Written > 0)
        {
            _destination[Written++] = MessageProperties.PairSeparator;
        }

        name.CopyTo(_destination[Written..]);
        Written += name.Length;
        _destination[Written++] = MessageProperties.NameValueSeparator;
        value.CopyTo(_destination[Written..]);
        Written += value.Length;
    }

    /// <summary>Adds a pair with a number.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(value, digits, out var length);
        Add(name, digits[..length]);
    }

    /// <summary>Adds the pairs of another string, except those of up to three names.</summary>
    public void AddAll(
        scoped ReadOnlySpan<byte> properties,
        scoped ReadOnlySpan<byte> without = default,
        scoped ReadOnlySpan<byte> orWithout = default,
        scoped ReadOnlySpan<byte> norWith = default)
    {
        foreach (var property in MessageProperties.Enumerate(properties))
        {
            var name = property.Name;
            if (!name.SequenceEqual(without) && !name.SequenceEqual(orWithout) && !name.SequenceEqual(norWith))
            {
                Add(name, property.Value);
            }
        }
    }
}
