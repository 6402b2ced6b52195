namespace Rocket.Host.Configuration;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Similarity
{
    /// <summary>The candidate nearest to a mistyped name; null when none is near enough to be worth saying.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var nearest = candidates.Select(candidate => (candidate, distance: Distance(name, candidate)))
            .OrderBy(pair => pair.distance)
            .FirstOrDefault();
        return nearest.candidate is not null && nearest.distance <= Math.Clamp(name.Length / 4, 1, 3) ? nearest.candidate : null;
    }

    // Levenshtein: the fewest letters to change, add or drop.
    private static int Distance(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            previous[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var change = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(change, 1 + Math.Min(previous[column], current[column - 1]));
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
