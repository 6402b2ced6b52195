using Akka.Configuration;
using Akka.Configuration.Hocon;
using Rocket.Host.Configuration;

namespace Rocket.Host.Tests.Configuration;

/// <summary>The keys that Akka's parser finds in a text, sections included.</summary>
internal static class HoconKeys
{
    public static IReadOnlySet<SettingPath> Of(string text)
    {
        var keys = new HashSet<SettingPath>();
        if (ConfigurationFactory.ParseString(text).Root.GetObject() is { } root)
        {
            Collect(root, [], keys);
        }

        return keys;
    }

    private static void Collect(HoconObject section, IReadOnlyList<string> parents, HashSet<SettingPath> keys)
    {
        foreach (var (name, value) in section.Items)
        {
            string[] path = [.. parents, name];
            keys.Add(SettingPath.Of(path));
            if (value.GetObject() is { } below)
            {
                Collect(below, path, keys);
            }
        }
    }
}
