using System.Collections.Frozen;
using Akka.Actor;
using Akka.Serialization;
using Akka.Util;
using Hyperion;

namespace Rocket.Actors.Wire;

/// <summary>
/// The only serializer of Rocket's own types between nodes. It knows the types of <see cref="ControlManifests"/> and no other: messages go
/// through Hyperion, what DistributedData keeps through a codec of its own.
/// </summary>
/// <remarks>Any type that is not listed, alone or within a message, is refused with a <see cref="ControlSerializationException"/> on both sides.</remarks>
public sealed class ControlSerializer : SerializerWithStringManifest
{
    private readonly FrozenDictionary<Type, ControlType> _byType;
    private readonly FrozenDictionary<string, ControlType> _byManifest;
    private readonly Hyperion.Serializer _hyperion;

    public ControlSerializer(ExtendedActorSystem system)
        : this(system, ControlManifests.Types)
    {
    }

    /// <param name="system">The system whose actor references messages carry.</param>
    /// <param name="types">The allow-list.</param>
    internal ControlSerializer(ExtendedActorSystem system, IReadOnlyList<ControlType> types)
        : base(system)
    {
        _byType = types.ToFrozenDictionary(type => type.Type);
        _byManifest = types.ToFrozenDictionary(type => type.Manifest, StringComparer.Ordinal);
        var allowed = new AllowedTypes(
            types.Where(type => type.Write is null).SelectMany(type => type.Parts.Prepend(type.Type)).Append(typeof(ActorRefBase.Surrogate)));
        _hyperion = new Hyperion.Serializer(new SerializerOptions(
            versionTolerance: true,
            preserveObjectReferences: false,
            surrogates: [Surrogate.Create<ISurrogated, ISurrogate>(from => from.ToSurrogate(system), to => to.FromSurrogate(system))],
            serializerFactories: [allowed],
            knownTypes: null,
            ignoreISerializable: true,
            packageNameOverrides: null,
            disallowUnsafeTypes: true,
            typeFilter: allowed));
    }

    /// <summary>In the range that Akka leaves to applications; part of the wire format.</summary>
    public override int Identifier => 4711;

    /// <inheritdoc/>
    public override string Manifest(object o) => Find(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        ControlType type = Find(obj);
        if (type.Write is not null)
        {
            return type.Write(obj);
        }

        using var stream = new MemoryStream();
        try
        {
            _hyperion.Serialize(obj, stream);
        }
        catch (Exception exception) when (exception is not ControlSerializationException)
        {
            throw new ControlSerializationException($"{type.Type} cannot be written: {exception.Message}", exception);
        }

        return stream.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!_byManifest.TryGetValue(manifest, out ControlType? type))
        {
            throw new ControlSerializationException($"Manifest '{manifest}' is not known here: another node is newer, or not one of ours.");
        }

        object value;
        try
        {
            if (type.Read is not null)
            {
                return type.Read(bytes);
            }

            using var stream = new MemoryStream(bytes, writable: false);
            value = _hyperion.Deserialize(stream);
        }
        catch (Exception exception) when (exception is not ControlSerializationException)
        {
            throw new ControlSerializationException($"'{manifest}' cannot be read: {exception.Message}", exception);
        }

        return value?.GetType() == type.Type
            ? value
            : throw new ControlSerializationException($"'{manifest}' holds {value?.GetType().ToString() ?? "nothing"} instead of {type.Type}.");
    }

    private ControlType Find(object value) => _byType.TryGetValue(value.GetType(), out ControlType? type)
        ? type
        : throw new ControlSerializationException(
            $"{value.GetType()} may not travel between nodes: {nameof(ControlManifests)} does not list it.");
}
