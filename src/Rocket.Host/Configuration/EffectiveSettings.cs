using Rocket.Actors.Cluster;

namespace Rocket.Host.Configuration;

/// <summary>Lists what holds, for <c>--check-config</c>.</summary>
internal static class EffectiveSettings
{
    /// <summary>Every key of all layers, with paths made absolute, as they will be used.</summary>
    public static IReadOnlyList<EffectiveSetting> List(ConfigurationLayers layers, NodeSettings node, LogSettings log)
    {
        var absolute = new Dictionary<string, string> { ["rocket.data-dir"] = node.DataDir };
        if (log.File is not null)
        {
            absolute["rocket.log.file"] = log.File;
        }

        return [.. layers.Leaves().Select(found =>
        {
            var key = found.Path.ToString();
            var value = absolute.TryGetValue(key, out var path) ? HoconShape.Quote(path) : found.Text;
            return new EffectiveSetting(key, IsSecret(found.Path) && found.Value.GetString() is { Length: > 0 } ? "\"***\"" : value, found.Place, found.Source.IsDerived);
        })];
    }

    // The nodes have a secret, Akka has passwords (of certificates); what is printed may end up in a ticket.
    private static bool IsSecret(SettingPath path) =>
        path.Name.EndsWith("password", StringComparison.OrdinalIgnoreCase) || path.Name.EndsWith("secret", StringComparison.OrdinalIgnoreCase);
}
