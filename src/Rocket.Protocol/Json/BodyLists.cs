namespace Rocket.Protocol.Json;

/// <summary>
/// Makes lists and tables of a parsed body safe to use: JSON may say null for any of them, and for any element. (Generated readers set
/// every init-only member, an absent one to null; so the members' own setters turn null into their default.)
/// </summary>
internal static class BodyLists
{
    /// <summary>The list without its nulls; empty when there is none.</summary>
    public static IReadOnlyList<T> WithoutNulls<T>(IReadOnlyList<T>? list) where T : class
    {
        if (list is null)
        {
            return [];
        }

        return list.Any(element => element is null) ? [.. list.Where(element => element is not null)] : list;
    }

    /// <summary>The table without entries that are null; empty when there is none.</summary>
    public static IReadOnlyDictionary<TKey, TValue> WithoutNulls<TKey, TValue>(IReadOnlyDictionary<TKey, TValue>? table)
        where TKey : notnull
        where TValue : class
    {
        if (table is null)
        {
            return new Dictionary<TKey, TValue>();
        }

        return table.Any(entry => entry.Value is null) ? table.Where(entry => entry.Value is not null).ToDictionary() : table;
    }
}
