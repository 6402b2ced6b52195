namespace Rocket.Protocol.Json;

/// <summary>One producer group of a client.</summary>
public sealed record ProducerData
{
    public string GroupName { get; init => field = value ?? string.Empty; } = string.Empty;
}
