namespace Rocket.Actors.Replication;

/// <summary>How far the copy of a broker on one node is behind its master.</summary>
/// <param name="Node">The node.</param>
/// <param name="Stage">Whether it is sent anything.</param>
/// <param name="Lag">Over all logs, the metadata among them; null unless it follows.</param>
public sealed record CopyStand(string Node, CopyStage Stage, CopyLag? Lag);

/// <summary>What a copy lacks. Under sync-flush it lacks what is not flushed there.</summary>
/// <param name="Records">Messages and changes of metadata.</param>
/// <param name="Bytes">Bytes of the logs.</param>
public readonly record struct CopyLag(long Records, long Bytes)
{
    public static CopyLag operator +(CopyLag one, CopyLag other) => new(one.Records + other.Records, one.Bytes + other.Bytes);
}

/// <summary>Whether a copy is sent anything.</summary>
public enum CopyStage
{
    /// <summary>There is no link, or it does not follow.</summary>
    Away,

    /// <summary>It follows, and it is being found out where its logs agree with the master's.</summary>
    Comparing,

    /// <summary>It is sent what it lacks.</summary>
    Following,
}
