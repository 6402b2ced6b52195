using Xunit;

namespace Rocket.Protocol.Tests.Robustness;

/// <summary>Tests that measure the whole process and so run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
