using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clients;

/// <summary>A node with its defaults.</summary>
public sealed class AliOnsRocket() : RocketFixture;

[CollectionDefinition(Name)]
public sealed class AliOnsCollection : ICollectionFixture<AliOnsRocket>
{
    public const string Name = "ali-ons";
}
