namespace Rocket.Actors.Metadata;

/// <summary>Stored metadata can be read, but make no sense where they are.</summary>
public sealed class DamagedMetadataException(string reason, Exception cause) : Exception(reason, cause);
