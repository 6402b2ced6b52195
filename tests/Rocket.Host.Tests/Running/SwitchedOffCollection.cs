using Xunit;

namespace Rocket.Host.Tests.Running;

/// <summary>A node whose switches are all the other way round.</summary>
public sealed class SwitchedOffRocket() : RocketFixture(
    "rocket.broker-defaults.auto-create-topic-enable=false",
    "rocket.broker-defaults.auto-create-subscription-group=off",
    "rocket.broker-defaults.long-polling-enable=false",
    "rocket.broker-defaults.enable-property-filter=off",
    "rocket.broker-defaults.store-reply-message-enable=off",
    "rocket.broker-defaults.vip-port-enable=on",
    "rocket.broker-defaults.trace-topic-enable=true");

[CollectionDefinition(Name)]
public sealed class SwitchedOffCollection : ICollectionFixture<SwitchedOffRocket>
{
    public const string Name = "switched off";
}
