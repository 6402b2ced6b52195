using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Actors.Clients;

/// <summary>A request of the server to a client. Immutable; may be sent to many.</summary>
/// <param name="code">Request code.</param>
/// <param name="addFields">Adds the extFields; called on other threads, once for each time that it is sent.</param>
/// <param name="body">Must not change any more.</param>
public sealed class ClientRequest(int code, Action<CommandEncoder> addFields, ReadOnlyMemory<byte> body = default)
{
    public int Code => code;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>A request with the fields of a header.</summary>
    public static ClientRequest Of<T>(int code, T header, ReadOnlyMemory<byte> body = default)
        where T : class, IRequestHeader<T> => new(code, header.AddTo, body);

    public void AddFieldsTo(CommandEncoder encoder) => addFields(encoder);
}
