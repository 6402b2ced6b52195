namespace Rocket.Host.Configuration;

/// <summary>One loading of a configuration.</summary>
internal sealed class NodeConfigurationLoader(ConfigurationFiles files)
{
    /// <summary>What the reader has asked for, for the test that no key of the reference is dead; null before a load.</summary>
    public SettingsReader? Reader { get; private set; }

    /// <summary>Loads; see <see cref="NodeConfiguration.Load(string?, IReadOnlyList{string})"/>.</summary>
    public ConfigurationResult Load(string? path, IReadOnlyList<string> sets)
    {
        var errors = new List<string>();
        var reference = ReferenceConfiguration.Parse();
        var file = path is null ? null : ReadFile(path, errors);
        var sources = new List<ConfigurationSource>();
        foreach (var set in sets)
        {
            if (ConfigurationSource.TryParseSet(set, out var source, out var error))
            {
                sources.Add(source);
            }
            else
            {
                errors.Add(error);
            }
        }

        if (errors.Count > 0)
        {
            return new ConfigurationResult(null, errors);
        }

        var known = new KnownKeys(reference);
        foreach (var source in file is null ? sources : [file, .. sources])
        {
            known.Check(source, errors);
        }

        var layers = new ConfigurationLayers(ReferenceConfiguration.ParseWire(), reference, file, sources);
        var reader = Reader = new SettingsReader(layers);
        var akka = new AkkaSettings(reader);
        var nodeReader = new NodeSettingsReader(reader, files.CurrentDirectory);
        var node = nodeReader.ReadNode();
        var operators = OperatorSettings.Read(reader);
        var log = nodeReader.ReadLog();
        akka.Read();
        if (errors.Count + reader.Errors.Count == 0)
        {
            new SettingsRules(reader, node, operators).Check(akka.RemotePort);
        }

        errors.AddRange(reader.Errors.Except(errors).ToList());
        if (errors.Count > 0)
        {
            return new ConfigurationResult(null, errors);
        }

        layers.Add(akka.Derive(node, log));
        return new ConfigurationResult(
            NodeConfiguration.Create(
                node, operators, log, layers.ToConfig(), EffectiveSettings.List(layers, node, log), ConfigurationWarnings.Of(node, operators, LengthOfSecret(layers))),
            []);
    }

    private ConfigurationSource? ReadFile(string path, List<string> errors)
    {
        if (files.Find(path) is not { } found)
        {
            errors.Add($"--config {path}: no such file; looked for {string.Join(", ", files.Candidates(path))}");
            return null;
        }

        try
        {
            if (ConfigurationSource.TryParseText(files.Show(found), File.ReadAllText(found), out var source, out var error))
            {
                return source;
            }

            errors.Add(error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"--config {path}: {exception.Message}");
        }

        return null;
    }

    private static int LengthOfSecret(ConfigurationLayers layers) => layers.Find(LinkSettingsReader.Secret)?.Value.GetString()?.Length ?? 0;
}
