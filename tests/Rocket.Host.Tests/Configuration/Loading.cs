using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

/// <summary>Loads configurations the way the tests need it.</summary>
internal static class Loading
{
    public static NodeConfiguration FromSets(params string[] sets)
    {
        var (configuration, errors) = NodeConfiguration.Load(null, sets);
        Assert.Empty(errors);
        return configuration!;
    }

    public static IReadOnlyList<string> ErrorsOfSets(params string[] sets)
    {
        var (configuration, errors) = NodeConfiguration.Load(null, sets);
        Assert.Null(configuration);
        return errors;
    }

    public static ConfigurationResult FromText(string text, params string[] sets)
    {
        using var folder = new TemporaryFolder();
        folder.Write("test.hocon", text);
        return NodeConfiguration.Load("test.hocon", sets, new ConfigurationFiles(folder.Path, folder.Path));
    }
}
