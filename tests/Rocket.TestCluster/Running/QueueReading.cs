using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;

namespace Rocket.TestCluster.Running;

/// <summary>Reading what a queue holds, by pulls.</summary>
internal static class QueueReading
{
    /// <summary>The group of admin tools; it needs not be created.</summary>
    private const string Group = "TOOLS_CONSUMER";

    /// <summary>Every message from an offset to the queue's end.</summary>
    /// <exception cref="UnexpectedAnswerException">A pull was answered with something else than messages, or the end.</exception>
    public static async Task<List<StoredMessage>> ReadQueueAsync(this RemotingConnection client, string topic, int queueId = 0, long from = 0)
    {
        List<StoredMessage> messages = [];
        await foreach (var message in client.ReadEachAsync(topic, queueId, from))
        {
            messages.Add(message);
        }

        return messages;
    }

    /// <summary>The same, one after the other, for queues that are too large for a list.</summary>
    /// <exception cref="UnexpectedAnswerException">A pull was answered with something else than messages, or the end.</exception>
    public static async IAsyncEnumerable<StoredMessage> ReadEachAsync(this RemotingConnection client, string topic, int queueId = 0, long from = 0)
    {
        while (true)
        {
            var answer = await client.PullAsync(new PullRequest { ConsumerGroup = Group, Topic = topic, QueueId = queueId, QueueOffset = from });
            if (answer.Code == ResponseCode.PullNotFound)
            {
                yield break;
            }

            foreach (var message in answer.Succeeded().Messages)
            {
                yield return message;
            }

            from = answer.NextBeginOffset;
        }
    }

    /// <summary>The message at an offset.</summary>
    public static async Task<StoredMessage> ReadOneAsync(this RemotingConnection client, string topic, int queueId, long offset)
    {
        var answer = await client.PullAsync(
            new PullRequest { ConsumerGroup = Group, Topic = topic, QueueId = queueId, QueueOffset = offset, MaxMsgNums = 1 }).Succeeded();
        return answer.Messages[0];
    }
}
