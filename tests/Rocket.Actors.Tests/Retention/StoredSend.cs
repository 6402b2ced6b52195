using System.Buffers;
using Rocket.Actors.Queues;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Tests.Retention;

/// <summary>One message on its way into a queue.</summary>
internal sealed class StoredSend : Append
{
    private readonly TaskCompletionSource<AppendOutcome> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoredSend(QueueId queue, int bodyBytes)
    {
        var fields = new MessageFields
        {
            QueueId = queue.Number,
            BornHost = [127, 0, 0, 1],
            StoreHost = [127, 0, 0, 1],
            Topic = System.Text.Encoding.ASCII.GetBytes(queue.Topic),
            Body = new ReadOnlySequence<byte>(new byte[bodyBytes]),
        };
        var length = MessageWriter.SizeOf(fields);
        Rent(length);
        MessageWriter.Write(Buffer.AsSpan(0, length), fields);
        AddRecord(0, length, tagHash: 0);
    }

    public Task<AppendOutcome> Answered => _answered.Task.WaitAsync(TimeSpan.FromSeconds(20));

    protected override void OnAnswered() => _answered.SetResult(Outcome);
}
