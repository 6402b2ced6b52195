using Akka.Configuration.Hocon;

namespace Rocket.Host.Configuration;

/// <summary>
/// Refuses keys that nobody reads. What is known is what the reference names, so the reference can't fall behind.
/// </summary>
internal sealed class KnownKeys
{
    private static readonly SettingPath Rocket = SettingPath.Of("rocket");
    private static readonly SettingPath Akka = SettingPath.Of("akka");
    private static readonly SettingPath Brokers = SettingPath.Of("rocket.brokers");
    private static readonly SettingPath Voters = SettingPath.Of("rocket.voters");
    private static readonly SettingPath BrokerDefaults = SettingPath.Of("rocket.broker-defaults");

    // What a broker's own section may hold beside the keys of broker-defaults.
    private static readonly string[] BrokerKeys = ["port", "replicas"];

    private readonly Dictionary<SettingPath, bool> _isList = [];
    private readonly HashSet<SettingPath> _sections = [Rocket, Brokers, Voters];
    private readonly HashSet<string> _brokerKeys = [.. BrokerKeys];

    /// <summary>Takes the keys of the reference.</summary>
    public KnownKeys(ConfigurationSource reference) => Learn(reference.Root.Items["rocket"].GetObject(), Rocket);

    /// <summary>Adds one line to <paramref name="errors"/> for each unknown key and each value of the wrong kind.</summary>
    public void Check(ConfigurationSource source, ICollection<string> errors)
    {
        foreach (var (name, value) in source.Root.Items)
        {
            var path = SettingPath.Of([name]);
            if (path.Equals(Rocket))
            {
                CheckSection(source, path, value, errors);
            }
            else if (!path.Equals(Akka))
            {
                errors.Add($"{source.PlaceOf(path)}: unknown key {path}: a key begins with rocket. or akka.");
            }
            else if (!value.IsObject())
            {
                errors.Add($"{source.PlaceOf(path)}: akka is a section: it wants {{ … }}, not {HoconShape.Show(value)}");
            }
        }
    }

    private void Learn(HoconObject section, SettingPath path)
    {
        foreach (var (name, value) in section.Items)
        {
            var key = path.Under(name);
            if (key.Equals(Brokers) || key.Equals(Voters))
            {
                continue;
            }

            if (value.GetObject() is { } below)
            {
                _sections.Add(key);
                Learn(below, key);
                continue;
            }

            _isList[key] = HoconShape.IsList(value);
            if (path.Equals(BrokerDefaults))
            {
                _brokerKeys.Add(name);
            }
        }
    }

    private void CheckSection(ConfigurationSource source, SettingPath path, HoconValue value, ICollection<string> errors)
    {
        if (value.GetObject() is not { } section)
        {
            errors.Add($"{source.PlaceOf(path)}: {path} is a section: it wants {{ … }}, not {HoconShape.Show(value)}");
            return;
        }

        foreach (var (name, below) in section.Items)
        {
            var key = path.Under(name);
            if (_sections.Contains(key) || path.Equals(Brokers))
            {
                CheckSection(source, key, below, errors);
            }
            else if (KindOf(key) is not { } isList)
            {
                errors.Add($"{source.PlaceOf(key)}: unknown key {key}{Hint(key)}");
            }
            else if (isList && !HoconShape.IsList(below))
            {
                errors.Add($"{source.PlaceOf(key)}: {key} = {HoconShape.Show(below)}: {HoconShape.ListWanted}");
            }
            else if (!isList && !HoconShape.IsScalar(below))
            {
                errors.Add($"{source.PlaceOf(key)}: {key} = {HoconShape.Show(below)}: {HoconShape.SingleWanted}");
            }
        }
    }

    // Null: not a key.
    private bool? KindOf(SettingPath key)
    {
        var parent = SettingPath.Of([.. key.Segments.SkipLast(1)]);
        if (parent.Equals(Voters))
        {
            return false;
        }

        if (parent.Segments.Count == 3 && parent.IsWithin(Brokers))
        {
            return _brokerKeys.Contains(key.Name) ? key.Name == "replicas" : null;
        }

        return _isList.TryGetValue(key, out var isList) ? isList : null;
    }

    // A slip in the last name is looked for among its siblings; a key in the wrong section by its name; else any slip in the whole.
    private string Hint(SettingPath key)
    {
        var parent = SettingPath.Of([.. key.Segments.SkipLast(1)]);
        var isBroker = parent.Segments.Count == 3 && parent.IsWithin(Brokers);
        var known = _isList.Keys.Concat(_sections).ToList();
        var siblings = isBroker
            ? _brokerKeys
            : known.Where(path => path.Segments.Count == key.Segments.Count && path.IsWithin(parent)).Select(path => path.Name);
        var meant = Similarity.Nearest(key.Name, siblings) is { } sibling
            ? parent.Under(sibling).ToString()
            : known.Find(path => path.Name == key.Name)?.ToString()
                ?? Similarity.Nearest(key.ToString(), known.Select(path => path.ToString()));
        return meant is null ? "" : $"; did you mean {meant}?";
    }
}
