using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>Tests that share two running nodes and leave them as they are.</summary>
[CollectionDefinition(Name)]
public sealed class ForwardingCollection : ICollectionFixture<SharedBroker>
{
    public const string Name = "forwarding";
}
