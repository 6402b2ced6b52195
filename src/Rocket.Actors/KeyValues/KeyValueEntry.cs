using System.Text;
using System.Text.Json.Serialization;

namespace Rocket.Actors.KeyValues;

/// <summary>What one broker knows of one setting: its value, or that it was deleted.</summary>
/// <param name="Namespace">The setting's namespace.</param>
/// <param name="Key">The setting's key.</param>
/// <param name="Value">Null: deleted. That is remembered, so that a broker which was away cannot bring the setting back.</param>
/// <param name="Version">Above every version of this setting that its writer knew; where it knew none, not below its clock in milliseconds.</param>
/// <param name="Broker">The broker that wrote it; decides between two that wrote without knowing of each other.</param>
public sealed record KeyValueEntry(string Namespace, string Key, string? Value, long Version, string Broker)
{
    /// <summary>What it takes beside its texts, in memory and on the way, at most.</summary>
    private const int OverheadBytes = 48;

    [JsonIgnore]
    public KeyValueName Name => new(Namespace, Key);

    [JsonIgnore]
    public bool IsDeleted => Value is null;

    /// <summary>About the bytes that it takes among others.</summary>
    [JsonIgnore]
    public int Bytes => Name.Bytes + Encoding.UTF8.GetByteCount(Value ?? "") + Encoding.UTF8.GetByteCount(Broker) + OverheadBytes;

    /// <summary>Whether it replaces the other one: an order of all entries of a setting, the same on every node, so that all keep the same one.</summary>
    public bool IsNewerThan(KeyValueEntry? other)
    {
        if (other is null || Version != other.Version)
        {
            return other is null || Version > other.Version;
        }

        // A broker gives no version twice; one whose folder came from a backup may have.
        var order = string.CompareOrdinal(Broker, other.Broker);
        return order != 0 ? order > 0 : string.CompareOrdinal(Value, other.Value) > 0;
    }
}
