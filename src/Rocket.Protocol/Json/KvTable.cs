namespace Rocket.Protocol.Json;

/// <summary>Answers 219 and 28: settings or figures by name, all of them text.</summary>
public sealed record KvTable
{
    public IReadOnlyDictionary<string, string> Table { get; init => field = BodyLists.WithoutNulls(value); }
        = new Dictionary<string, string>();
}
