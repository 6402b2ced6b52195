using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Rocket.Host.Configuration;

/// <summary>All sources, the strongest last: wire, reference, file, each <c>--set</c> as the command line orders them, derived values.</summary>
internal sealed class ConfigurationLayers
{
    private static readonly SettingPath[] Tables = [SettingPath.Of("rocket.brokers"), SettingPath.Of("rocket.voters")];

    private readonly List<ConfigurationSource> _sources;

    /// <summary>Lays the sources upon each other.</summary>
    public ConfigurationLayers(
        ConfigurationSource wire, ConfigurationSource reference, ConfigurationSource? file, IEnumerable<ConfigurationSource> sets)
    {
        if (file is not null)
        {
            foreach (var table in Tables.Where(table => file.Find(table) is not null))
            {
                Remove(reference.Root, table);
            }
        }

        _sources = [wire, reference, .. file is null ? [] : new[] { file }, .. sets];
    }

    /// <summary>Puts a source above all others.</summary>
    public void Add(ConfigurationSource source) => _sources.Add(source);

    /// <summary>The strongest value of a key; null when no source has it.</summary>
    public FoundValue? Find(SettingPath path)
    {
        for (var index = _sources.Count - 1; index >= 0; index--)
        {
            if (_sources[index].Find(path) is { } value)
            {
                return new FoundValue(path, value, _sources[index]);
            }
        }

        return null;
    }

    /// <summary>The names in a section, in the order in which they were first given.</summary>
    public IReadOnlyList<string> NamesIn(SettingPath section) =>
    [
        .. _sources.Select(source => source.Find(section)?.GetObject())
            .OfType<HoconObject>()
            .SelectMany(found => found.Items.Keys)
            .Distinct(),
    ];

    /// <summary>Every key that is no section: Rocket's before Akka's, each in the order in which they were first given.</summary>
    public IReadOnlyList<FoundValue> Leaves()
    {
        var paths = new List<SettingPath>();
        var seen = new HashSet<SettingPath>();
        foreach (var source in _sources)
        {
            Collect(source.Root, [], paths, seen);
        }

        return [.. paths.Select(Find).OfType<FoundValue>()
            .Where(found => !found.Value.IsObject() || found.Value.IsEmpty)
            .OrderBy(found => found.Path.Segments[0] == "rocket" ? 0 : 1)];
    }

    /// <summary>All layers as one tree.</summary>
    public Config ToConfig() =>
        _sources.Select(source => source.ToConfig()).Aggregate((weaker, stronger) => stronger.WithFallback(weaker));

    private static void Collect(HoconObject section, List<string> parents, List<SettingPath> paths, HashSet<SettingPath> seen)
    {
        foreach (var (name, value) in section.Items)
        {
            List<string> path = [.. parents, name];
            if (value.GetObject() is { Items.Count: > 0 } below)
            {
                Collect(below, path, paths, seen);
            }
            else if (seen.Add(SettingPath.Of([.. path])))
            {
                paths.Add(SettingPath.Of([.. path]));
            }
        }
    }

    private static void Remove(HoconObject root, SettingPath path)
    {
        var section = root;
        foreach (var name in path.Segments.SkipLast(1))
        {
            section = section.Items[name].GetObject();
        }

        section.Items.Remove(path.Name);
    }
}
