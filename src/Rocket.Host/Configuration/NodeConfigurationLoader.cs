using System.Net;
using Rocket.Actors.Cluster;

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
                node, operators, log, layers.ToConfig(), EffectiveSettings.List(layers, node, log), [.. Warnings(node), .. Warnings(operators)]),
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

    private static IEnumerable<string> Warnings(OperatorSettings operators) =>
        operators.Port == 0 || IPAddress.IsLoopback(IPAddress.Parse(operators.BindHost))
            ? []
            : [$"{OperatorSettings.BindHostKey} = {operators.BindHost} lets everybody who reaches port {operators.Port} read what this node holds; there is no login yet"];

    private static IReadOnlyList<string> Warnings(NodeSettings node)
    {
        var bindsToLoopback = IPAddress.IsLoopback(IPAddress.Parse(node.BindHost));
        var tellsLoopback = IPAddress.IsLoopback(IPAddress.Parse(node.AdvertisedHost));
        if (bindsToLoopback == tellsLoopback)
        {
            return [];
        }

        return bindsToLoopback
            ? [$"rocket.bind-host = {node.BindHost} takes connections from this machine only, but clients are told {node.AdvertisedHost}"]
            : [$"rocket.advertised-host = {node.AdvertisedHost} sends clients on other machines to themselves; "
                + "tell them this machine's address"];
    }
}
