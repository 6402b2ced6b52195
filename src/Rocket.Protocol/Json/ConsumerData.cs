namespace Rocket.Protocol.Json;

/// <summary>One consumer group of a client.</summary>
public sealed record ConsumerData
{
    /// <summary>One of <see cref="ConsumeFromWheres"/>.</summary>
    public string ConsumeFromWhere { get; init => field = value ?? ConsumeFromWheres.LastOffset; } = ConsumeFromWheres.LastOffset;

    /// <summary>One of <see cref="ConsumeTypes"/>.</summary>
    public string ConsumeType { get; init => field = value ?? ConsumeTypes.Passively; } = ConsumeTypes.Passively;

    public string GroupName { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>One of <see cref="MessageModels"/>.</summary>
    public string MessageModel { get; init => field = value ?? MessageModels.Clustering; } = MessageModels.Clustering;

    public IReadOnlyList<SubscriptionData> SubscriptionDataSet { get; init => field = BodyLists.WithoutNulls(value); } = [];

    public bool UnitMode { get; init; }
}
