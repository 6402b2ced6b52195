using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Load;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;

namespace Rocket.Benchmarks.Journal;

/// <summary><c>check</c>: reads the queues of a journal from their first to their last message and says whether every confirmed send is there.</summary>
internal static class CheckCommand
{
    // One reader for each queue, but not so many that the broker's answers crowd each other out.
    private const int QueuesAtATime = 4;

    /// <summary>Returns the exit code: 0 when all is well, 1 when something is lost, moved, repeated, out of order or broken.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine, "any-order");
        var path = arguments.Required("journal");
        var nameServer = arguments.Text("name-server");
        var broker = arguments.Text("broker");
        var group = arguments.Text("group") ?? "load-check";
        var anyOrder = arguments.Flag("any-order");
        arguments.Complete();
        if (nameServer is null == broker is null)
        {
            throw new UsageException("one of --name-server and --broker is needed");
        }

        var journal = JournalReader.Read(path);
        var topic = journal.Topic ?? throw new UsageException($"{path} holds no run");
        var addresses = nameServer is null ? null : await AddressesAsync(nameServer, topic).ConfigureAwait(false);
        var total = new QueueVerdict();
        using var turns = new SemaphoreSlim(QueuesAtATime);
        var verdicts = await Task.WhenAll(journal.Queues.Select(async queue =>
        {
            await turns.WaitAsync().ConfigureAwait(false);
            try
            {
                return await CheckQueueAsync(topic, group, queue.Key, queue.Value, broker ?? AddressOf(queue.Key, addresses!)).ConfigureAwait(false);
            }
            finally
            {
                turns.Release();
            }
        })).ConfigureAwait(false);
        foreach (var verdict in verdicts)
        {
            total.Add(verdict);
        }

        Console.WriteLine($"topic {topic}: {total.Confirmed} confirmed sends of {journal.Runs} runs in {journal.Queues.Count} queues, {total.Read} messages read");
        Console.WriteLine($"lost {total.Lost}, physical offset moved {total.Moved}, repeated {total.Repeated}, out of order {total.OutOfOrder}, broken {total.Broken}");
        Console.WriteLine($"stored without confirmation {total.Unconfirmed}, not of these runs {total.Foreign}");
        total.Examples.ForEach(Console.WriteLine);
        Console.WriteLine(total.IsGood(anyOrder) ? "every confirmed send is there, once, at its offset" : "NOT every confirmed send is as it was confirmed");
        return total.IsGood(anyOrder) ? 0 : 1;
    }

    private static async Task<QueueVerdict> CheckQueueAsync(string topic, string group, JournalQueue queue, List<ConfirmedSend> confirmed, string address)
    {
        await using var connection = await RemotingConnection.ConnectAsync(address).ConfigureAwait(false);
        var offset = (await connection.MinOffsetAsync(topic, queue.QueueId).Succeeded().ConfigureAwait(false)).Offset;
        var end = (await connection.MaxOffsetAsync(topic, queue.QueueId).Succeeded().ConfigureAwait(false)).Offset;
        var check = new QueueCheck($"{queue.BrokerName} queue {queue.QueueId}", confirmed, offset);
        while (offset < end)
        {
            var pull = new PullRequest { ConsumerGroup = group, Topic = topic, QueueId = queue.QueueId, QueueOffset = offset };
            var answer = await connection.PullAsync(pull).ConfigureAwait(false);
            if (answer.Code is not (ResponseCode.Success or ResponseCode.PullRetryImmediately) || answer.NextBeginOffset <= offset)
            {
                throw new UnexpectedAnswerException(answer.Command);
            }

            foreach (var message in answer.Messages)
            {
                check.Take(message);
            }

            offset = answer.NextBeginOffset;
        }

        return check.Finish();
    }

    private static async Task<IReadOnlyList<TargetQueue>> AddressesAsync(string nameServer, string topic)
    {
        await using var connection = await RemotingConnection.ConnectAsync(nameServer).ConfigureAwait(false);
        return await TopicTargets.RouteAsync(connection, topic).ConfigureAwait(false);
    }

    private static string AddressOf(JournalQueue queue, IReadOnlyList<TargetQueue> route) =>
        route.FirstOrDefault(target => target.BrokerName == queue.BrokerName && target.QueueId == queue.QueueId)?.Address
        ?? throw new UsageException(queue.BrokerName.Length == 0
            ? "the journal was written with --broker: check it with --broker"
            : $"the route has no queue {queue.QueueId} on {queue.BrokerName}");
}
