namespace Rocket.Actors.Placement;

/// <summary>A broker's shard can be put nowhere at present; asking again later may help.</summary>
public sealed class UnplaceableBrokerException(string broker, string reason) : Exception($"{broker} has no place: {reason}.");
