using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>A node whose operators' port listens on every network card, as somebody may configure it.</summary>
public sealed class CommandsRocket() : RocketFixture("rocket.dashboard.bind-host=0.0.0.0");

[CollectionDefinition(Name)]
public sealed class CommandsCollection : ICollectionFixture<CommandsRocket>
{
    public const string Name = "commands";
}
