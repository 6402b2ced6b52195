using Rocket.Architecture.Tests.Compiled;
using Rocket.Architecture.Tests.Samples;
using Xunit;

namespace Rocket.Architecture.Tests;

/// <summary>The rules are worth what the reader sees: each place where a type can name another is tried here on a sample.</summary>
public sealed class CompiledAssemblyTests
{
    private static readonly CompiledAssembly Own = CompiledAssembly.Read("Rocket.Architecture.Tests");

    [Theory]
    [InlineData(nameof(BaseType), "System.Text.EncoderFallback")]
    [InlineData(nameof(FieldInAList), "System.Text.StringBuilder")]
    [InlineData(nameof(Parameter), "System.Text.StringBuilder")]
    [InlineData(nameof(ArrayResult), "System.Text.StringBuilder")]
    [InlineData(nameof(StaticCall), "System.IO.Path")]
    [InlineData(nameof(TypeOf), "System.Text.StringBuilder")]
    [InlineData(nameof(GenericCall), "System.Text.StringBuilder")]
    [InlineData(nameof(Closure), "System.Text.StringBuilder")]
    [InlineData(nameof(AwaitedCall), "System.IO.Path")]
    [InlineData(nameof(Caught), "System.IO.EndOfStreamException")]
    [InlineData(nameof(AfterASwitch), "System.IO.Path")]
    [InlineData(nameof(Constraint), "System.Text.Encoding")]
    [InlineData(nameof(OwnProperty), "System.Text.StringBuilder")]
    public void The_reader_sees_the_type_that_a_sample_names(string sample, string named)
    {
        var type = Assert.Single(Own.Types, type => type.Name.Name == sample);
        Assert.Contains(type.References, reference => reference.ToString() == named);
    }

    [Fact]
    public void The_reader_sees_Akka_in_each_actor()
    {
        var actors = CompiledAssembly.Actors.Types.Where(type => type.Name.Name.EndsWith("Actor", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(actors);
        Assert.All(actors, actor => Assert.Contains(actor.References, reference => reference.IsOfAkka));
    }
}
