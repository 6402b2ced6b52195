using Rocket.Actors.Wire;

namespace Rocket.Host.Configuration;

/// <summary>The defaults, which are built into the Host.</summary>
internal static class ReferenceConfiguration
{
    /// <summary>What messages call it.</summary>
    public const string Name = "reference.hocon";

    private const string WireName = "built in";

    /// <summary>The text of <c>hocon/reference.hocon</c>.</summary>
    public static string Text()
    {
        using var stream = typeof(ReferenceConfiguration).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"{Name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What the actors need from Akka to understand each other; weaker than the reference.</summary>
    public static ConfigurationSource ParseWire() =>
        ConfigurationSource.TryParseText(WireName, WireConfiguration.Hocon, out var source, out var error, isBuiltIn: true)
            ? source
            : throw new InvalidOperationException(error);

    /// <summary>A tree of its own for each caller, who may take parts out of it.</summary>
    public static ConfigurationSource Parse() =>
        ConfigurationSource.TryParseText(Name, Text(), out var source, out var error, isBuiltIn: true) ? source : throw new InvalidOperationException(error);
}
