using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Responses;

/// <summary>The extFields of one kind of answer, by name; read by our own clients, written by brokers.</summary>
/// <typeparam name="TSelf">The answer itself.</typeparam>
public interface IResponseHeader<TSelf> where TSelf : IResponseHeader<TSelf>, allows ref struct
{
    /// <summary>Reads the fields; false with the reason when one is missing or wrong.</summary>
    static abstract bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out TSelf response, out string error);
}
