namespace Rocket.Actors.Clients;

/// <summary>Something that the server tells a client without being asked.</summary>
public abstract record ClientNotification
{
    private ClientNotification()
    {
    }

    /// <summary>Code 40, oneway: the members or the topics of a consumer group changed, so its clients share the queues anew.</summary>
    public sealed record ConsumerIdsChanged(string Group) : ClientNotification;
}
