using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>A node with its defaults.</summary>
public sealed class SendingRocket() : RocketFixture();

[CollectionDefinition(Name)]
public sealed class SendingCollection : ICollectionFixture<SendingRocket>
{
    public const string Name = "sending";
}
