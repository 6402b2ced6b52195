namespace Rocket.Architecture.Tests.Compiled;

/// <summary>A type as another one names it. A nested type goes by its outermost one, whose file it is written in.</summary>
public sealed record TypeName(string Assembly, string Namespace, string Name)
{
    public bool IsOfAkka => Assembly == "Akka" || Assembly.StartsWith("Akka.", StringComparison.Ordinal);

    /// <summary>Whether the type lies in <paramref name="folder"/> or below it; folders are namespaces.</summary>
    public bool IsIn(string folder) => Namespace == folder || Namespace.StartsWith(folder + ".", StringComparison.Ordinal);

    public override string ToString() => $"{Namespace}.{Name}";
}
