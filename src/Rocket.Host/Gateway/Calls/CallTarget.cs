namespace Rocket.Host.Gateway.Calls;

/// <summary>Whom a call is for.</summary>
/// <param name="ClientId">The client; null: any producer of a group.</param>
/// <param name="Group">The group, and <paramref name="Broker"/> the broker whose port the producer is connected to.</param>
/// <param name="Broker">See <paramref name="Group"/>.</param>
internal readonly record struct CallTarget(string? ClientId, string Group, string Broker)
{
    public static CallTarget Client(string clientId) => new(clientId, string.Empty, string.Empty);

    public static CallTarget ProducerOf(string group, string broker) => new(null, group, broker);
}
