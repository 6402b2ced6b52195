namespace Rocket.Actors.Groups;

/// <summary>A consumer group was deleted, or its broker is not led here any more, before it answered.</summary>
public sealed class GroupEndedException() : Exception("the consumer group is gone, or its broker is not led by this node any more");
