using Akka.Configuration.Hocon;

namespace Rocket.Host.Configuration;

/// <summary>A value with the place that it comes from.</summary>
/// <param name="Path">Its key.</param>
/// <param name="Value">The value itself.</param>
/// <param name="Source">The text in which it was found.</param>
internal sealed record FoundValue(SettingPath Path, HoconValue Value, ConfigurationSource Source)
{
    /// <summary>Where it stands, such as <c>hocon/node1.hocon:12</c>.</summary>
    public string Place => Source.PlaceOf(Path);

    /// <summary>The value in one line, as HOCON writes it.</summary>
    public string Text => HoconShape.Show(Value);
}
