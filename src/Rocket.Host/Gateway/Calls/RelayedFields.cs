using System.Text;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway.Calls;

/// <summary>ExtFields that are passed on from one connection to another one, which may write its headers in the other encoding.</summary>
internal static class RelayedFields
{
    /// <summary>A longer name is none of RocketMQ's, and not every header could carry it.</summary>
    private const int LongestName = 255;

    /// <summary>The fields of a header, each name once; those that not every header could carry are left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(CommandHeader header)
    {
        if (header.FieldCount == 0)
        {
            return [];
        }

        var fields = new OrderedDictionary<string, string>(header.FieldCount, StringComparer.Ordinal);
        foreach (var field in header.Fields)
        {
            if (field.Name.Length is > 0 and <= LongestName)
            {
                fields[Encoding.UTF8.GetString(field.Name)] = Encoding.UTF8.GetString(field.Value);
            }
        }

        return [.. fields];
    }

    /// <summary>The fields with a value for a name: in its place, or behind the others. Null: no header can hold one more.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? With(IReadOnlyList<KeyValuePair<string, string>> fields, string name, string value)
    {
        List<KeyValuePair<string, string>> changed = [.. fields];
        if (changed.FindIndex(field => field.Key == name) is var index and >= 0)
        {
            changed[index] = KeyValuePair.Create(name, value);
            return changed;
        }

        changed.Add(KeyValuePair.Create(name, value));
        return changed.Count <= CommandHeader.MaxFields ? changed : null;
    }

    public static void AddTo(CommandEncoder encoder, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, value) in fields)
        {
            encoder.AddField(Encoding.UTF8.GetBytes(name), value);
        }
    }
}
