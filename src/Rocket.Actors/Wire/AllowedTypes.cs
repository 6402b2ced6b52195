using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Akka.Actor;
using Hyperion;
using Hyperion.SerializerFactories;
using Hyperion.ValueSerializers;

namespace Rocket.Actors.Wire;

/// <summary>
/// Keeps Hyperion to a list of types. It would otherwise write whatever a message holds and, on the other side, make whatever type the bytes
/// name. As a filter it is asked for the names in what arrives, as the first factory for each type on both ways.
/// </summary>
internal sealed partial class AllowedTypes : ValueSerializerFactory, ITypeFilter
{
    private readonly FrozenSet<Type> _types;
    private readonly FrozenSet<string> _names;

    public AllowedTypes(IEnumerable<Type> types)
    {
        _types = types.ToFrozenSet();
        _names = _types.Select(type => Normalize(type.AssemblyQualifiedName!)).ToFrozenSet();
    }

    /// <inheritdoc/>
    public bool IsAllowed(string typeName) => _names.Contains(Normalize(typeName));

    /// <inheritdoc/>
    public override bool CanSerialize(Serializer serializer, Type type) => Check(type);

    /// <inheritdoc/>
    public override bool CanDeserialize(Serializer serializer, Type type) => Check(type);

    /// <inheritdoc/>
    public override ValueSerializer BuildSerializer(
        Serializer serializer, Type type, ConcurrentDictionary<Type, ValueSerializer> typeMapping) =>
        throw new NotSupportedException("Never asked for: this factory only refuses.");

    // Interfaces and abstract types are what members are declared as; the value in them is asked about by its own type. References to actors
    // travel as a surrogate, which is listed.
    private bool Check(Type type) => type.IsInterface || type.IsAbstract || type.IsAssignableTo(typeof(IActorRef)) || _types.Contains(type)
        ? false
        : throw new ControlSerializationException($"{type} may not travel between nodes: {nameof(ControlManifests)} does not list it.");

    // Hyperion names types without the version of their assembly, and the core library by a placeholder.
    private static string Normalize(string name) => AssemblyDetails().Replace(name, "").Replace(", System.Private.CoreLib", ",%core%");

    [GeneratedRegex(@", Version=[^,\]]+|, Culture=[^,\]]+|, PublicKeyToken=[^,\]]+", RegexOptions.CultureInvariant)]
    private static partial Regex AssemblyDetails();
}
