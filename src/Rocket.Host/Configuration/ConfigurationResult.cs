namespace Rocket.Host.Configuration;

/// <summary>A configuration, or why there is none.</summary>
/// <param name="Configuration">The configuration; null when there is any error.</param>
/// <param name="Errors">One line for each mistake: where it stands, which key, what is wanted.</param>
public sealed record ConfigurationResult(NodeConfiguration? Configuration, IReadOnlyList<string> Errors);
