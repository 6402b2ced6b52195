using System.Runtime.Serialization;

namespace Rocket.Actors.Wire;

/// <summary>Something was to be sent to another node, or came from one, that is not in <see cref="ControlManifests"/>, or is damaged.</summary>
public sealed class ControlSerializationException(string message, Exception? cause = null) : SerializationException(message, cause);
