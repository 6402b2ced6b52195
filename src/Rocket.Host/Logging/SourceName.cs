namespace Rocket.Host.Logging;

/// <summary>Shortens the source of a log event to what a person needs.</summary>
internal static class SourceName
{
    /// <summary>
    /// A type's name without its namespace; an actor's path without the system's address: <c>[akka://rocket/user/node#123]</c> becomes
    /// <c>/user/node</c>.
    /// </summary>
    public static string Shorten(string source)
    {
        var path = source.Trim('[', ']');
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var root = path.IndexOf('/', scheme + 3);
            var actor = root < 0 ? "/" : path[root..];
            var uid = actor.LastIndexOf('#');
            // Entity ids hold '/' and '@', which Akka writes as %2F and %40.
            return Uri.UnescapeDataString(uid < 0 ? actor : actor[..uid]);
        }

        // "Cluster(akka://rocket)" was cut above; what is left is a type or a plain name.
        var dot = path.LastIndexOf('.');
        return dot >= 0 && dot < path.Length - 1 && !path.Contains(' ', StringComparison.Ordinal) ? path[(dot + 1)..] : path;
    }
}
