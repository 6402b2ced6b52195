using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clients;

/// <summary>A node with its defaults, but that a message which failed comes again after a second.</summary>
public sealed class AliOnsRocket() : RocketFixture("rocket.broker-defaults.message-delay-level=\"1s 2s 1s 1s\"");

[CollectionDefinition(Name)]
public sealed class AliOnsCollection : ICollectionFixture<AliOnsRocket>
{
    public const string Name = "ali-ons";
}
