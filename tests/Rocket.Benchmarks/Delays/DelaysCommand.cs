using System.Diagnostics;
using System.Globalization;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Compare;
using Rocket.Benchmarks.Measuring;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;

namespace Rocket.Benchmarks.Delays;

/// <summary><c>delays</c>: how late delayed messages come, by a level and by a time of their own, with pulls waiting for them; and what those cost that wait for long.</summary>
internal static class DelaysCommand
{
    private const int Queues = 8;
    private const int InFlight = 64;
    private const int LevelDelay = 5000;
    private const string Level = "2";

    /// <summary>Far beyond the run.</summary>
    private const string LongDelay = "7200000";

    /// <summary>Returns the exit code: 1 when a message came too early, twice or not at all.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine);
        var dll = CompareCommand.HostDll(arguments.Required("host"));
        var count = arguments.Number("count", 20_000, 1, 10_000_000);
        var pending = arguments.Number("pending", 0, 0, 100_000_000);
        var settings = arguments.Many("host-set");
        arguments.Complete();

        var folder = Directory.CreateTempSubdirectory("rocket-delays-").FullName;
        try
        {
            var (process, port) = await Contender.Rocket(dll, settings).StartAsync(folder, CancellationToken.None).ConfigureAwait(false);
            await using var _ = process;
            await using var names = await RemotingConnection.ConnectAsync("127.0.0.1", port).ConfigureAwait(false);
            var broker = (await names.ClusterInfoAsync().Succeeded().ConfigureAwait(false)).Cluster.Brokers.Values.First().Addresses[0];
            Say($"after the start: {ProcessUsage.Of(process.Id).Memory >> 20} MiB");
            var isRight = true;
            if (pending > 0)
            {
                await SendAllAsync(broker, "waiting", pending, _ => ("TIMER_DELAY_MS", LongDelay)).ConfigureAwait(false);
                Say($"{pending} wait for two hours: {ProcessUsage.Of(process.Id).Memory >> 20} MiB");
            }

            isRight &= await MeasureAsync(broker, "levels", count, _ => (("DELAY", Level), null)).ConfigureAwait(false);
            var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + LevelDelay;
            isRight &= await MeasureAsync(broker, "times", count, i => (null, start + (1000L * i / count))).ConfigureAwait(false);
            Say($"at the end: {ProcessUsage.Of(process.Id).Memory >> 20} MiB");
            return isRight ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private static async Task<bool> MeasureAsync(string broker, string topic, int count, Func<int, ((string, string)? Level, long? DueAt)> kind)
    {
        await CreateAsync(broker, topic).ConfigureAwait(false);
        var late = new List<long>(count);
        var seen = new HashSet<int>();
        var reading = Enumerable.Range(0, Queues).Select(queue => ReadAsync(broker, topic, queue, count, kind, late, seen)).ToArray();
        var sent = Stopwatch.StartNew();
        await SendAllAsync(broker, topic, count, overSeconds: kind(0).Level is null ? 0 : 1, property: i => kind(i) is (null, { } due) ? ("TIMER_DELIVER_MS", due.ToString(CultureInfo.InvariantCulture)) : kind(i).Level!.Value).ConfigureAwait(false);
        var took = sent.Elapsed;
        await Task.WhenAll(reading).ConfigureAwait(false);
        late.Sort();
        Say($"{topic}: {count} sent in {took.TotalSeconds:F2} s; late by {late[late.Count / 2]} ms (median), {late[late.Count * 99 / 100]} ms (99 %), {late[^1]} ms at most, {late[0]} ms at least; {seen.Count} of {late.Count} are different ones");
        return late[0] >= 0 && seen.Count == count && late.Count == count;
    }

    private static async Task ReadAsync(
        string broker, string topic, int queue, int count, Func<int, ((string, string)? Level, long? DueAt)> kind, List<long> late, HashSet<int> seen)
    {
        await using var consumer = await RemotingConnection.ConnectAsync(broker).ConfigureAwait(false);
        var next = 0L;
        var wanted = (count / Queues) + (queue < count % Queues ? 1 : 0);
        while (next < wanted)
        {
            var pull = new PullRequest { ConsumerGroup = "g", Topic = topic, QueueId = queue, QueueOffset = next }.Waiting(TimeSpan.FromSeconds(15));
            var answer = await consumer.PullAsync(pull, TimeSpan.FromSeconds(40)).ConfigureAwait(false);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            next = answer.NextBeginOffset;
            if (answer.Code != ResponseCode.Success)
            {
                continue;
            }

            lock (late)
            {
                foreach (var message in answer.Messages)
                {
                    var number = int.Parse(message.Body.Span, CultureInfo.InvariantCulture);
                    seen.Add(number);
                    late.Add(now - (kind(number).DueAt ?? message.BornTimestamp + LevelDelay));
                }
            }
        }
    }

    private static async Task CreateAsync(string broker, string topic)
    {
        await using var client = await RemotingConnection.ConnectAsync(broker).ConfigureAwait(false);
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = Queues, WriteQueueNums = Queues }).Succeeded().ConfigureAwait(false);
    }

    private static async Task SendAllAsync(string broker, string topic, int count, Func<int, (string Name, string Value)> property, int overSeconds = 0)
    {
        await CreateAsync(broker, topic).ConfigureAwait(false);
        var number = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Queues).Select(async _ =>
        {
            await using var producer = await RemotingConnection.ConnectAsync(broker).ConfigureAwait(false);
            await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => SendEachAsync(producer))).ConfigureAwait(false);
        })).ConfigureAwait(false);

        async Task SendEachAsync(RemotingConnection producer)
        {
            while (Interlocked.Increment(ref number) is var mine && mine < count)
            {
                var request = SendRequest.For(topic, mine.ToString(CultureInfo.InvariantCulture), queueId: mine % Queues);
                var (name, value) = property(mine);
                request.Properties!.Add(name, value);
                var at = TimeSpan.FromSeconds((double)overSeconds * mine / count);
                if (at - clock.Elapsed is var early && early > TimeSpan.Zero)
                {
                    await Task.Delay(early).ConfigureAwait(false);
                }

                await producer.SendAsync(request).Succeeded().ConfigureAwait(false);
            }
        }
    }
}
