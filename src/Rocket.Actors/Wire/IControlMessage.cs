namespace Rocket.Actors.Wire;

/// <summary>
/// Marks what may cross from node to node over Akka.Remote. A type with this mark must also stand in <see cref="ControlManifests"/>, else
/// it is refused where it would leave.
/// </summary>
public interface IControlMessage;
