namespace Rocket.Protocol.Filters;

internal enum SqlKind
{
    /// <summary>The property is missing.</summary>
    Null,

    Text,
    Integer,
    Real,
    Boolean,

    /// <summary>It comes from a condition that failed.</summary>
    Error,
}

/// <summary>One value while an expression is evaluated; a text is seen in place, in UTF-8.</summary>
internal readonly ref struct SqlValue
{
    private const int NoSlot = -1;

    private SqlValue(SqlKind kind, long integer = 0, double real = 0, ReadOnlySpan<byte> text = default, int slot = NoSlot)
    {
        Kind = kind;
        Integer = integer;
        Real = real;
        Text = text;
        Slot = slot;
    }

    public static SqlValue Null => default;

    public SqlKind Kind { get; }

    public long Integer { get; }

    public double Real { get; }

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Of which property it is the text.</summary>
    public int Slot { get; }

    public bool IsProperty => Kind == SqlKind.Text && Slot != NoSlot;

    public bool IsTrue => Integer != 0;

    public static SqlValue Of(ReadOnlySpan<byte> text) => new(SqlKind.Text, text: text);

    public static SqlValue OfProperty(ReadOnlySpan<byte> text, int slot) => new(SqlKind.Text, text: text, slot: slot);

    public static SqlValue Of(long integer) => new(SqlKind.Integer, integer);

    public static SqlValue Of(double real) => new(SqlKind.Real, real: real);

    public static SqlValue Of(SqlTruth truth) => truth switch
    {
        SqlTruth.Unknown => Null,
        SqlTruth.Error => new SqlValue(SqlKind.Error),
        _ => new SqlValue(SqlKind.Boolean, truth == SqlTruth.True ? 1 : 0),
    };
}
