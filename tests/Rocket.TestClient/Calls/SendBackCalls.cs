using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Fields of code 36.</summary>
/// <param name="Offset">Physical offset of the message.</param>
/// <param name="Group">Consumer group.</param>
/// <param name="DelayLevel">0: by the number of retries; below: dead.</param>
public sealed record SendBackRequest(long Offset, string Group, int DelayLevel = 0)
{
    public string? OriginMessageId { get; init; }

    public string? OriginTopic { get; init; }

    public int? MaxReconsumeTimes { get; init; }

    public RemotingCommand ToCommand() => new()
    {
        Code = RequestCode.ConsumerSendMessageBack,
        Fields = new HeaderFields
        {
            { "offset", Offset },
            { "group", Group },
            { "delayLevel", DelayLevel },
            { "originMsgId", OriginMessageId },
            { "originTopic", OriginTopic },
            { "unitMode", false },
            { "maxReconsumeTimes", MaxReconsumeTimes },
        },
    };
}

/// <summary>Handing messages back.</summary>
public static class SendBackCalls
{
    public static async Task<Answer> SendBackAsync(
        this RemotingConnection connection, SendBackRequest request, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(request.ToCommand(), timeout, cancellation).ConfigureAwait(false));
}
