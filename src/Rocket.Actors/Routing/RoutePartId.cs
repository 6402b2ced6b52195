namespace Rocket.Actors.Routing;

/// <summary>Names one separately published part of a broker: its registration or one bucket of its topics.</summary>
/// <param name="BrokerName">The broker.</param>
/// <param name="Bucket">Index of the <see cref="TopicBucket"/>, or <see cref="RegistrationIndex"/>.</param>
public readonly record struct RoutePartId(string BrokerName, int Bucket)
{
    /// <summary>Stands for the broker's <see cref="BrokerRegistration"/>.</summary>
    public const int RegistrationIndex = TopicBucket.Count;

    /// <summary>Parts of one broker.</summary>
    public const int PartsPerBroker = TopicBucket.Count + 1;

    public bool IsRegistration => Bucket == RegistrationIndex;

    public static RoutePartId OfRegistration(string brokerName) => new(brokerName, RegistrationIndex);
}
