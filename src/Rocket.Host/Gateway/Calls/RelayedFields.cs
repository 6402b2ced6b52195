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

    public static void AddTo(CommandEncoder encoder, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, value) in fields)
        {
            encoder.AddField(Encoding.UTF8.GetBytes(name), value);
        }
    }
}
