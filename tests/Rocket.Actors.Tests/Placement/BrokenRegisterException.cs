namespace Rocket.Actors.Tests.Placement;

/// <summary>The history of a simulated register can't be explained by changes one after the other.</summary>
internal sealed class BrokenRegisterException(string message) : Exception(message);
