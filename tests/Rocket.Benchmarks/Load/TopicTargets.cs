using Rocket.Benchmarks.CommandLine;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;

namespace Rocket.Benchmarks.Load;

/// <summary>Finds the queues of a topic, and makes the topic first where that is wanted.</summary>
internal static class TopicTargets
{
    private static readonly TimeSpan RouteLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <exception cref="UsageException">No route within 15 s, or the broker refuses the topic.</exception>
    public static async Task<IReadOnlyList<TargetQueue>> ResolveAsync(LoadOptions options)
    {
        if (options.Broker is { } broker)
        {
            if (options.CreateTopic)
            {
                await CreateAsync(options, broker).ConfigureAwait(false);
            }

            return [.. Enumerable.Range(0, options.Queues).Select(id => new TargetQueue(id, "", broker, id))];
        }

        await using var nameServer = await RemotingConnection.ConnectAsync(options.NameServer!).ConfigureAwait(false);
        if (options.CreateTopic)
        {
            foreach (var master in await MastersAsync(nameServer).ConfigureAwait(false))
            {
                await CreateAsync(options, master).ConfigureAwait(false);
            }
        }

        return await RouteAsync(nameServer, options.Topic).ConfigureAwait(false);
    }

    /// <summary>The queues of a topic that is there, or comes within 15 s.</summary>
    /// <exception cref="UsageException">It did not come.</exception>
    public static async Task<IReadOnlyList<TargetQueue>> RouteAsync(RemotingConnection nameServer, string topic)
    {
        var time = TimeProvider.System;
        var begin = time.GetTimestamp();
        while (true)
        {
            var answer = await nameServer.RouteAsync(topic).ConfigureAwait(false);
            IReadOnlyList<MessageQueue> queues = answer.IsSuccess ? answer.Route.PublishQueues(topic) : [];
            if (queues.Count > 0)
            {
                var route = answer.Route;
                return [.. queues.Select((queue, index) => new TargetQueue(index, queue.BrokerName, route.MasterOf(queue.BrokerName)!, queue.QueueId))];
            }

            if (time.GetElapsedTime(begin) > RouteLimit)
            {
                throw new UsageException($"no route to topic {topic} at {nameServer.RemoteEndPoint}: {answer}");
            }

            await Task.Delay(BetweenLooks).ConfigureAwait(false);
        }
    }

    // Every cluster that creates topics by itself has a route to its template topic; where that is switched off, the list of brokers is asked for.
    private static async Task<IReadOnlyList<string>> MastersAsync(RemotingConnection nameServer)
    {
        var template = await nameServer.RouteAsync("TBW102").ConfigureAwait(false);
        IEnumerable<BrokerData> brokers = template.IsSuccess
            ? template.Route.Brokers
            : (await nameServer.ClusterInfoAsync().Succeeded().ConfigureAwait(false)).Cluster.Brokers.Values;
        return [.. brokers.Select(broker => broker.Addresses.GetValueOrDefault(0)).OfType<string>().Distinct()];
    }

    private static async Task CreateAsync(LoadOptions options, string broker)
    {
        await using var connection = await RemotingConnection.ConnectAsync(broker).ConfigureAwait(false);
        var request = new CreateTopicRequest(options.Topic) { ReadQueueNums = options.Queues, WriteQueueNums = options.Queues };
        await connection.CreateTopicAsync(request).Succeeded().ConfigureAwait(false);
    }
}
