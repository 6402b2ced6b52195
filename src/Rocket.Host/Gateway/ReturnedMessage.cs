using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Protocol.Messages;

namespace Rocket.Host.Gateway;

/// <summary>A message that its consumer handed back, on its way to be consumed once more or to the dead letters.</summary>
internal sealed class ReturnedMessage : StoredCopy
{
    private readonly TaskCompletionSource<AppendOutcome> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How it ended.</summary>
    public Task<AppendOutcome> Answered => _answered.Task;

    /// <summary>Encodes it as it is stored.</summary>
    /// <param name="message">As it was consumed.</param>
    /// <param name="topic">Where it is stored.</param>
    /// <param name="queueId">The queue there.</param>
    /// <param name="properties">Its properties from now on.</param>
    public void Encode(in MessageView message, TopicHandle topic, int queueId, ReadOnlySpan<byte> properties) => Encode(new MessageFields
    {
        QueueId = queueId,
        Flag = message.Flag,
        SysFlag = message.SysFlag,
        BornTimestamp = message.BornTimestamp,
        BornHost = message.BornHost,
        BornPort = message.BornPort,
        StoreHost = message.StoreHost,
        StorePort = message.StorePort,
        ReconsumeTimes = message.ReconsumeTimes + 1,
        StoredBody = message.Body,
        Topic = topic.Name.Span,
        Properties = properties,
    });

    /// <summary>Gives up what was encoded: its queue takes nothing now.</summary>
    public void Withdraw() => Reset();

    protected override void OnAnswered() => _answered.TrySetResult(Outcome);
}
