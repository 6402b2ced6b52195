using Rocket.Benchmarks.Journal;
using Rocket.TestClient.Connections;

namespace Rocket.Benchmarks.Load;

/// <summary>
/// <c>load</c>: warm-up, measured time, drain. The phases are switched here; the connections only look at them.
/// </summary>
internal static class LoadCommand
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    /// <summary>Returns the exit code: 1 when a connection failed.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var options = LoadOptions.Parse(commandLine);
        var report = await RunAsync(options).ConfigureAwait(false);
        if (options.Json)
        {
            using var output = Console.OpenStandardOutput();
            ReportJson.Write(output, report);
            output.WriteByte((byte)'\n');
        }
        else
        {
            ReportText.Write(Console.Out, report);
        }

        return report.HasFailed ? 1 : 0;
    }

    /// <summary>One run, reported but not printed.</summary>
    public static async Task<LoadReport> RunAsync(LoadOptions options)
    {
        var queues = await TopicTargets.ResolveAsync(options).ConfigureAwait(false);
        var before = options.Produce ? await QueueOffsets.SumOfEndsAsync(options.Topic, queues).ConfigureAwait(false) : null;
        using var journal = options.Journal is { } path ? JournalWriter.Open(path, options.Topic, queues) : null;
        await using var membership = options.Consume
            ? await GroupMembership.JoinAsync(options, queues.Select(queue => queue.Address).Distinct()).ConfigureAwait(false)
            : null;

        var run = new LoadRun(options.Count);
        var producers = options.Produce ? Producers(options, run, queues, journal) : [];
        var consumers = options.Consume ? await ConsumersAsync(options, run, queues).ConfigureAwait(false) : [];
        var (produced, consumed, processes) = await new LoadPhases(options, run, producers, consumers).RunAsync(DrainLimit).ConfigureAwait(false);

        var after = before is null ? null : await StoredEndAsync(options, queues).ConfigureAwait(false);
        return new LoadReport(options, queues.Count, produced, consumed, after - before, processes);
    }

    // A broker that was killed in the middle of the run is no reason to lose its report.
    private static async Task<long?> StoredEndAsync(LoadOptions options, IReadOnlyList<TargetQueue> queues)
    {
        try
        {
            return await QueueOffsets.SettledSumOfEndsAsync(options.Topic, queues).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is RemotingConnectException or RemotingConnectionClosedException)
        {
            return null;
        }
    }

    private static ProducerConnection[] Producers(LoadOptions options, LoadRun run, IReadOnlyList<TargetQueue> queues, JournalWriter? journal)
    {
        TargetQueue[][] brokers = [.. queues.GroupBy(queue => queue.Address).Select(broker => broker.ToArray())];
        return
        [
            .. Enumerable.Range(0, options.Connections).Select(connection =>
            {
                var producer = ((journal?.Run ?? 0) << JournalFormat.ConnectionBits) | connection;
                var buffer = journal is null ? null : new JournalBuffer(journal, producer);
                return new ProducerConnection(options, run, producer, brokers[connection % brokers.Length], buffer);
            }),
        ];
    }

    private static async Task<ConsumerConnection[]> ConsumersAsync(LoadOptions options, LoadRun run, IReadOnlyList<TargetQueue> queues)
    {
        var positions = options.Produce
            ? await QueueOffsets.FromNowAsync(options.Topic, queues).ConfigureAwait(false)
            : await QueueOffsets.WholeAsync(options.Topic, queues).ConfigureAwait(false);
        ReadPosition[][] brokers = [.. positions.GroupBy(position => position.Queue.Address).Select(broker => broker.ToArray())];
        var each = Math.Max(1, options.Consumers / brokers.Length);
        return
        [
            .. from broker in brokers
               from share in broker.Index().GroupBy(item => item.Index % each, item => item.Item)
               select new ConsumerConnection(options, run, [.. share]),
        ];
    }
}
