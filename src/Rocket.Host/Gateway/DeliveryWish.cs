using System.Buffers.Text;
using Rocket.Protocol.Messages;

namespace Rocket.Host.Gateway;

/// <summary>When a message is to be delivered by its own properties. Of several the first in this order counts: TIMER_DELAY_SEC, TIMER_DELAY_MS, TIMER_DELIVER_MS, __STARTDELIVERTIME.</summary>
internal readonly struct DeliveryWish
{
    private readonly Kind _kind;
    private readonly long _value;

    private DeliveryWish(Kind kind, long value) => (_kind, _value) = (kind, value);

    /// <summary>In the order in which they count.</summary>
    private enum Kind
    {
        None,
        DelaySeconds,
        DelayMilliseconds,
        DeliverMilliseconds,
        StartDeliverTime,
    }

    /// <summary>Whether there is one.</summary>
    public bool IsSet => _kind != Kind.None;

    /// <summary>Whether it is no number.</summary>
    public bool IsInvalid => IsSet && _value < 0;

    /// <summary>When it is to be delivered, milliseconds since 1970; <see cref="long.MaxValue"/> for what no clock shows.</summary>
    public long DueAt(long now) => _kind switch
    {
        Kind.DelaySeconds => _value < long.MaxValue / 2000 ? now + (_value * 1000) : long.MaxValue,
        Kind.DelayMilliseconds => _value < long.MaxValue / 2 ? now + _value : long.MaxValue,
        _ => _value,
    };

    /// <summary>This wish, or what another property says if that counts more.</summary>
    public DeliveryWish Or(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var kind = KindOf(name);
        if (kind == Kind.None || (IsSet && _kind < kind))
        {
            return this;
        }

        return new DeliveryWish(kind, Utf8Parser.TryParse(value, out long number, out var read) && read == value.Length && number >= 0 ? number : -1);
    }

    private static Kind KindOf(ReadOnlySpan<byte> name) =>
        name.Length < PropertyNames.TimerDelayMilliseconds.Length ? Kind.None
        : name.SequenceEqual(PropertyNames.TimerDelaySeconds) ? Kind.DelaySeconds
        : name.SequenceEqual(PropertyNames.TimerDelayMilliseconds) ? Kind.DelayMilliseconds
        : name.SequenceEqual(PropertyNames.TimerDeliverMilliseconds) ? Kind.DeliverMilliseconds
        : name.SequenceEqual(PropertyNames.StartDeliverTime) ? Kind.StartDeliverTime
        : Kind.None;
}
