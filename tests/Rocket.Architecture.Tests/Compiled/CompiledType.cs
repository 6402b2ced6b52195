namespace Rocket.Architecture.Tests.Compiled;

/// <summary>
/// An outermost type with every type that it, its nested types and what the compiler made of them (closures, state machines) name in
/// a signature, a base, an attribute, a local, a catch or an instruction.
/// </summary>
public sealed record CompiledType(TypeName Name, IReadOnlySet<TypeName> References)
{
    public override string ToString() => Name.ToString();
}
