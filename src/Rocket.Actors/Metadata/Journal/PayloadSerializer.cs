using Akka.Actor;
using Akka.Serialization;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>Turns events and snapshots into bytes and back with the serializers that the actor system is configured with.</summary>
internal sealed class PayloadSerializer(ActorSystem system)
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)system;

    /// <summary>The payload as bytes; actor references in it get this system's address.</summary>
    public StoredPayload ToStored(object payload)
    {
        var serializer = _system.Serialization.FindSerializerFor(payload);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, payload);
        var bytes = Akka.Serialization.Serialization.WithTransport(_system, (serializer, payload), static given => given.serializer.ToBinary(given.payload));
        return new StoredPayload(serializer.Identifier, manifest, bytes);
    }

    /// <summary>The payload again.</summary>
    public object FromStored(StoredPayload stored) => _system.Serialization.Deserialize(stored.Bytes, stored.SerializerId, stored.Manifest);
}
