using Akka.Configuration;

namespace Rocket.Actors.Wire;

/// <summary>What Akka has to be told so that nodes understand each other; a fallback under the node's own configuration.</summary>
public static class WireConfiguration
{
    /// <summary>
    /// One gossip message carries up to max-delta-elements parts, and Akka.Remote drops what is over maximum-frame-size (128 000 bytes by
    /// default): 8 parts of 400 000 bytes fit 4 MiB, and 10 000 topics give parts of 3 000, of 16 000 with the longest and most random names.
    /// Changes do not wait for gossip-interval, they are written to all nodes directly; gossip repairs and brings new nodes up to date.
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
        akka.remote.dot-netty.tcp.maximum-frame-size = 4 MiB
        """;

    /// <summary><see cref="Hocon"/>, parsed.</summary>
    public static Config Default { get; } = ConfigurationFactory.ParseString(Hocon);
}
