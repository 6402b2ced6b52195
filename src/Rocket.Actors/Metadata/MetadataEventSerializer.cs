using Akka.Actor;
using Akka.Serialization;

namespace Rocket.Actors.Metadata;

/// <summary>Stores metadata events and snapshots as JSON, each under its short manifest (<see cref="MetadataPayload"/>).</summary>
public sealed class MetadataEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every record, so set in stone. Akka keeps 0 to 40 for itself.</summary>
    public const int StoredIdentifier = 7401;

    /// <inheritdoc/>
    public override int Identifier => StoredIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => MetadataPayload.ManifestOf(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MetadataPayload.Write(obj);

    /// <inheritdoc/>
    /// <exception cref="System.Runtime.Serialization.SerializationException">As <see cref="MetadataPayload.Read"/>.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => MetadataPayload.Read(bytes, manifest);
}
