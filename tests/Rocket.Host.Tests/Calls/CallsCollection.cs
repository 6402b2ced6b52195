using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>A node with its defaults.</summary>
public sealed class CallsRocket() : RocketFixture();

/// <summary>Tests of what the server asks clients.</summary>
[CollectionDefinition(Name)]
public sealed class CallsCollection : ICollectionFixture<CallsRocket>
{
    public const string Name = "calls";
}
