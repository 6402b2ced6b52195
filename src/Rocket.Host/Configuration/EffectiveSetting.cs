namespace Rocket.Host.Configuration;

/// <summary>A setting as it holds, for a person to read.</summary>
/// <param name="Key">Its key, as HOCON writes it.</param>
/// <param name="Value">Its value, as HOCON writes it.</param>
/// <param name="Origin">The place that it comes from, such as <c>reference.hocon</c>, <c>hocon/node1.hocon:12</c> or <c>--set</c>.</param>
/// <param name="IsDerived">Whether Rocket has worked it out from other settings.</param>
public sealed record EffectiveSetting(string Key, string Value, string Origin, bool IsDerived);
