using Akka.Configuration;

namespace Rocket.Actors.Wire;

/// <summary>What Akka has to be told so that nodes understand each other; a fallback under the node's own configuration.</summary>
public static class WireConfiguration
{
    /// <summary>
    /// One gossip message carries up to max-delta-elements parts, and Akka.Remote drops what is over 128 000 bytes: 8 parts of the size that
    /// 10 000 topics give stay far below. Changes do not wait for gossip-interval, they are written to all nodes directly; gossip repairs.
    /// </summary>
    public const string Hocon = """
        akka.actor {
          serializers {
            rocket-control = "Rocket.Actors.Wire.ControlSerializer, Rocket.Actors"
          }
          serialization-bindings {
            "Rocket.Actors.Wire.IControlMessage, Rocket.Actors" = rocket-control
            "Rocket.Actors.Wire.PartKey, Rocket.Actors" = rocket-control
          }
        }
        akka.cluster.distributed-data {
          gossip-interval = 500 ms
          notify-subscribers-interval = 50 ms
          max-delta-elements = 8
        }
        """;

    /// <summary><see cref="Hocon"/>, parsed.</summary>
    public static Config Default { get; } = ConfigurationFactory.ParseString(Hocon);
}
