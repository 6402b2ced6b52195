using System.IO.Pipelines;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>
/// The answer to one request outside the hot path: filled once by a handler, on any thread, then written by the connection.
/// </summary>
internal sealed class PendingAnswer(GatewayConnection connection, ReplyAddress address, int charge) : IReply
{
    private int _charge = charge;
    private int _code;
    private string? _remark;
    private Action<CommandEncoder>? _fields;
    private ReadOnlyMemory<byte> _body;
    private StoredMessages _messages = StoredMessages.None;
    private (int Code, string Remark) _dropped;
    private int _answered;

    public GatewayConnection Connection => connection;

    /// <summary>Whether the client does not want to be answered.</summary>
    public bool IsOneway => address.IsOneway;

    /// <summary>Counts so many bytes more in the connection's budget until it is answered.</summary>
    public void Charge(int bytes)
    {
        connection.Outstanding.Take(bytes);
        _charge += bytes;
    }

    /// <summary>Answers; the first answer counts, since a handler that fails after it answered has nothing more to say to the client.</summary>
    /// <param name="code">Response code.</param>
    /// <param name="remark">Text for people.</param>
    /// <param name="fields">Adds the answer's extFields.</param>
    /// <param name="body">The answer's body; must not change any more.</param>
    public void Answer(int code, string? remark = null, Action<CommandEncoder>? fields = null, ReadOnlyMemory<byte> body = default)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 1)
        {
            return;
        }

        if (address.IsOneway)
        {
            Completed();
            return;
        }

        // A small request may ask for megabytes: until the client has taken them, they count like a request of that size.
        Charge(body.Length);
        (_code, _remark, _fields, _body) = (code, remark, fields, body);
        connection.Reply(this);
    }

    /// <summary>Answers with code 0 and stored messages as the body.</summary>
    /// <param name="messages">Read when the answer is written.</param>
    /// <param name="dropped">The answer when retention has taken all of them by then.</param>
    /// <param name="fields">Adds the answer's extFields.</param>
    public void Answer(StoredMessages messages, (int Code, string Remark) dropped, Action<CommandEncoder>? fields = null)
    {
        (_messages, _dropped) = (messages, dropped);
        Answer(ResponseCode.Success, fields: fields);
    }

    public int Prepare() => _messages.Bytes + _body.Length;

    public void WriteTo(CommandEncoder encoder, PipeWriter output)
    {
        encoder.Start(address.SerializeType, _code, address.Opaque, CommandFlags.Response, _remark);
        _fields?.Invoke(encoder);
        if (_messages.Bytes == 0)
        {
            encoder.WriteTo(output, _body.Span);
        }
        else
        {
            WriteMessages(encoder, output);
        }
    }

    private void WriteMessages(CommandEncoder encoder, PipeWriter output)
    {
        var head = encoder.FrameHeadBytes;
        var frame = output.GetSpan(head + _messages.Bytes);
        int bytes;
        try
        {
            bytes = _messages.ReadTo(frame.Slice(head, _messages.Bytes));
        }
        catch (Exception exception) when (StoredMessages.IsUnreadable(exception))
        {
            var (code, remark) = StoredMessages.Refusal(exception, connection.Environment.ClientLog, connection.Listener.Name);
            WriteError(encoder, output, code, remark);
            return;
        }

        if (bytes == 0)
        {
            WriteError(encoder, output, _dropped.Code, _dropped.Remark);
            return;
        }

        encoder.WriteHead(frame, bytes);
        output.Advance(head + bytes);
    }

    private void WriteError(CommandEncoder encoder, PipeWriter output, int code, string remark)
    {
        encoder.Start(address.SerializeType, code, address.Opaque, CommandFlags.Response, remark);
        encoder.WriteTo(output, 0);
    }

    public void Completed() => connection.Outstanding.Release(_charge);
}
