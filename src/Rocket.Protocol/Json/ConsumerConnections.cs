using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>One connected client.</summary>
public sealed record ClientConnection
{
    /// <summary>ip:port.</summary>
    public string ClientAddr { get; init => field = value ?? string.Empty; } = string.Empty;

    public string ClientId { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Name of its language, such as JAVA.</summary>
    public string Language { get; init => field = value ?? string.Empty; } = string.Empty;

    public int Version { get; init; }
}

/// <summary>Answers 204: the clients of a producer group.</summary>
public sealed record ProducerConnections
{
    [JsonPropertyName("connectionSet")]
    public IReadOnlyList<ClientConnection> Connections { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

/// <summary>Answers 203: the clients of a consumer group and what they want.</summary>
public sealed record ConsumerConnections
{
    [JsonPropertyName("connectionSet")]
    public IReadOnlyList<ClientConnection> Connections { get; init => field = BodyLists.WithoutNulls(value); } = [];

    /// <summary>One of <see cref="ConsumeFromWheres"/>.</summary>
    public string ConsumeFromWhere { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>One of <see cref="ConsumeTypes"/>.</summary>
    public string ConsumeType { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>One of <see cref="MessageModels"/>.</summary>
    public string MessageModel { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Subscriptions by topic.</summary>
    [JsonPropertyName("subscriptionTable")]
    public IReadOnlyDictionary<string, SubscriptionData> Subscriptions { get; init => field = BodyLists.WithoutNulls(value); } =
        new Dictionary<string, SubscriptionData>();
}
