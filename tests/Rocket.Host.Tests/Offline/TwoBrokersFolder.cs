using System.Globalization;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Recovery;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Offline;

/// <summary>
/// The data folder of a node with two brokers that was stopped: on each of them a topic of two queues, the first one of three segments, a group with
/// offsets, and a lock. Tests damage copies of it.
/// </summary>
public sealed class TwoBrokersFolder : IAsyncLifetime
{
    public const string Topic = "Orders";
    public const string Group = "readers";
    public const string OtherPort = "rocket.brokers.broker-b.port";

    public const int MessagesOfFirstQueue = 50;

    /// <summary>17 of them fill a segment.</summary>
    private const int SizeInFirstQueue = 60_000;

    private static readonly string[] SmallSegments = ["rocket.broker-defaults.segment-size=1 MiB", "rocket.broker-defaults.max-message-size=64 KiB"];

    private RocketProcess? _filled;

    public string DataDir => _filled!.DataDir;

    internal SendReceipts OfBrokerA { get; } = new();

    internal SendReceipts OfBrokerB { get; } = new();

    /// <summary>A node, not started yet, on a copy of the folder.</summary>
    public static (RocketProcess Rocket, int OtherPort) Prepare()
    {
        var port = FreePorts.Take();
        return (RocketProcess.Prepare([.. SmallSegments, string.Create(CultureInfo.InvariantCulture, $"{OtherPort}={port}")]), port);
    }

    /// <summary>A node, not started yet, on a copy of the folder.</summary>
    public (RocketProcess Rocket, int OtherPort) PrepareCopy()
    {
        var (rocket, port) = Prepare();
        FolderCopy.Make(DataDir, rocket.DataDir);
        return (rocket, port);
    }

    public static Task<RemotingConnection> ConnectAsync(int port) => RemotingConnection.ConnectAsync("127.0.0.1", port);

    public async Task InitializeAsync()
    {
        (_filled, var port) = Prepare();
        await _filled.StartAgainAsync();
        await using (var client = await _filled.ConnectAsync())
        {
            await FillAsync(client, "broker-a", OfBrokerA, firstQueue: 0);
        }

        // The other way round, so that the queues have other ordinals than those of the same name on broker-a.
        await using (var client = await ConnectAsync(port))
        {
            await FillAsync(client, "broker-b", OfBrokerB, firstQueue: 1);
        }

        Assert.Equal(0, await _filled.StopAsync());
    }

    public async Task DisposeAsync()
    {
        if (_filled is not null)
        {
            await _filled.DisposeAsync();
        }
    }

    private static async Task FillAsync(RemotingConnection client, string broker, SendReceipts receipts, int firstQueue)
    {
        await client.CreateTopicAsync(new CreateTopicRequest(Topic) { ReadQueueNums = 2, WriteQueueNums = 2 }).Succeeded();
        await SendAsync(firstQueue);
        await SendAsync(1 - firstQueue);
        for (var number = 1; number < MessagesOfFirstQueue; number++)
        {
            await SendAsync(0);
        }

        await client.JoinAsync(Group, "client-1", Topic);
        await client.UpdateOffsetAsync(Group, Topic, 0, 5).Succeeded();
        await client.LockAsync(new LockBatch(Group, "client-1", [new MessageQueue(Topic, broker, 0)])).Succeeded();

        async Task SendAsync(int queueId)
        {
            var request = SendRequest.For(Topic, new byte[queueId == 0 ? SizeInFirstQueue : 10], tags: "tag", keys: UniqueNames.ClientId(), queueId: queueId);
            receipts.Add(request, await client.SendAsync(request).Succeeded());
        }
    }
}

[CollectionDefinition(Name)]
public sealed class TwoBrokersCollection : ICollectionFixture<TwoBrokersFolder>
{
    public const string Name = "two brokers";
}
