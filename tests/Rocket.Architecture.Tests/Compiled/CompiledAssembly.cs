using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Rocket.Architecture.Tests.Compiled;

/// <summary>What a built assembly says of itself, read from the file beside the tests without loading it.</summary>
public sealed class CompiledAssembly
{
    private static readonly Lazy<CompiledAssembly> LazyProtocol = new(() => Read("Rocket.Protocol"));
    private static readonly Lazy<CompiledAssembly> LazyActors = new(() => Read("Rocket.Actors"));
    private static readonly Lazy<CompiledAssembly> LazyHost = new(() => Read("Rocket.Host"));

    private CompiledAssembly(IReadOnlyList<string> references, IReadOnlyList<CompiledType> types, IReadOnlyList<string> declaredNames)
    {
        References = references;
        Types = types;
        DeclaredNames = declaredNames;
    }

    public static CompiledAssembly Protocol => LazyProtocol.Value;

    public static CompiledAssembly Actors => LazyActors.Value;

    public static CompiledAssembly Host => LazyHost.Value;

    public static IEnumerable<CompiledAssembly> All => [Protocol, Actors, Host];

    /// <summary>The simple names of the assemblies it refers to. The compiler leaves out those of which nothing is used.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>The outermost types.</summary>
    public IReadOnlyList<CompiledType> Types { get; }

    /// <summary>The bare names of all types that people wrote, nested ones too.</summary>
    public IReadOnlyList<string> DeclaredNames { get; }

    public IReadOnlyList<CompiledType> TypesIn(string folder) => [.. Types.Where(type => type.Name.IsIn(folder))];

    public static CompiledAssembly Read(string name)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        var metadata = image.GetMetadataReader();
        var references = new Dictionary<TypeName, HashSet<TypeName>>();
        var names = new List<string>();
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            var outermost = new ReferenceCollector(image, metadata, new HashSet<TypeName>()).NameOf(handle);
            if (!references.TryGetValue(outermost, out var found))
            {
                references.Add(outermost, found = []);
            }

            new ReferenceCollector(image, metadata, found).AddType(type);

            var ownName = metadata.GetString(type.Name);
            if (outermost.IsIn("Rocket") && !ownName.Contains('<', StringComparison.Ordinal))
            {
                names.Add(ownName);
            }
        }

        return new CompiledAssembly(
            [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))],
            [.. references.Select(type => new CompiledType(type.Key, type.Value))],
            names);
    }
}
