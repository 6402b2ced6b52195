namespace Rocket.Protocol.Json;

/// <summary>Body of 46: asks whether the broker can evaluate a subscription.</summary>
public sealed record CheckClientConfigBody
{
    public string ClientId { get; init => field = value ?? string.Empty; } = string.Empty;

    public string Group { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>5.x.</summary>
    public string? Namespace { get; init; }

    public SubscriptionData SubscriptionData { get; init => field = value ?? new SubscriptionData(); } = new();
}
