namespace Rocket.Protocol.Filters;

/// <summary>
/// One property of one message. What it is as a number is found out once, however many comparisons ask: a thousand of them, each reading a thousand digits
/// anew, would take milliseconds a message.
/// </summary>
/// <param name="start">Where in the property string the value stands.</param>
/// <param name="length">Its length; 0: the message does not have the property.</param>
internal struct SqlSlot(int start, int length)
{
    private long _integer;
    private double _real;
    private Reading _integerReading;
    private Reading _realReading;

    private enum Reading : byte
    {
        NotYet,
        IsNumber,
        IsNone,
    }

    public readonly int Start => start;

    public readonly int Length => length;

    public bool TryReadInteger(ReadOnlySpan<byte> properties, out long value)
    {
        if (_integerReading == Reading.NotYet)
        {
            _integerReading = SqlNumber.TryParseInteger(properties.Slice(start, length), out _integer) ? Reading.IsNumber : Reading.IsNone;
        }

        value = _integer;
        return _integerReading == Reading.IsNumber;
    }

    public bool TryReadReal(ReadOnlySpan<byte> properties, out double value)
    {
        if (_realReading == Reading.NotYet)
        {
            _realReading = SqlNumber.TryParseReal(properties.Slice(start, length), out _real) ? Reading.IsNumber : Reading.IsNone;
        }

        value = _real;
        return _realReading == Reading.IsNumber;
    }
}
