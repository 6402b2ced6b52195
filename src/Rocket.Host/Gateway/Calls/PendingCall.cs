using System.IO.Pipelines;
using Rocket.Actors.Clients;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway.Calls;

/// <summary>One request of the server on its way to one client, and what comes of it.</summary>
internal sealed class PendingCall(ClientCallTable table, ClientRequest request, SerializeType type, int opaque, bool isOneway) : IReply
{
    private readonly TaskCompletionSource<ClientAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Opaque => opaque;

    public bool IsOneway => isOneway;

    /// <summary>Bytes that wait to be written.</summary>
    public int Bytes => request.Body.Length;

    public Task<ClientAnswer> Answer => _answer.Task;

    public void End(ClientAnswer answer) => _answer.TrySetResult(answer);

    public int Prepare() => request.Body.Length;

    public void WriteTo(CommandEncoder encoder, PipeWriter output)
    {
        encoder.Start(type, request.Code, opaque, isOneway ? CommandFlags.Oneway : CommandFlags.Request);
        request.AddFieldsTo(encoder);
        encoder.WriteTo(output, request.Body.Span);
    }

    public void Completed() => table.Written(this);
}
