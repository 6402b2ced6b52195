using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>
/// The extFields of one kind of request, by name. Reading never throws: what a peer sends wrong becomes the remark of an answer, naming
/// the field, what it held and what is wanted.
/// </summary>
/// <typeparam name="TSelf">The request itself. A <c>ref struct</c> shows the header's own bytes and dies with them.</typeparam>
public interface IRequestHeader<TSelf> where TSelf : IRequestHeader<TSelf>, allows ref struct
{
    /// <summary>Reads the fields; false with the reason when one is missing or wrong.</summary>
    static abstract bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out TSelf request, out string error);

    /// <summary>Adds the fields to a command that was started.</summary>
    void AddTo(CommandEncoder encoder);
}
