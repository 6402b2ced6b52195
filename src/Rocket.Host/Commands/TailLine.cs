namespace Rocket.Host.Commands;

/// <summary>One line of a command that goes on telling.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Event">What happened, in a word.</param>
/// <param name="Node">The node that it happened to; null: not known.</param>
/// <param name="Address">Its address in the cluster; null: not known.</param>
internal sealed record TailLine(DateTimeOffset Time, string Event, string? Node, string? Address);
