using Rocket.Actors.Placement;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>A broker's metadata is not open in the epoch that was asked for: its master was replaced, or has not come so far.</summary>
public sealed class MetadataLogNotOpenException(string broker, Epoch asked, Epoch? open)
    : Exception($"The metadata of {broker} is not open in epoch {asked}; {(open is { } epoch ? $"it is in epoch {epoch}" : "it is in none")}.");
