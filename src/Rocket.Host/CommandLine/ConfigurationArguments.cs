namespace Rocket.Host.CommandLine;

/// <summary>The flags that say which configuration is meant.</summary>
/// <param name="Path">Argument of <c>--config</c>; null: none given.</param>
/// <param name="Sets">Arguments of <c>--set</c>, in order.</param>
public sealed record ConfigurationArguments(string? Path, IReadOnlyList<string> Sets);
