using System.Text;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Formats;

/// <summary>
/// The data folders <c>tests/golden/VERSION/node</c>, each of them filled by a client of a started node of that version and stopped in order: how they are filled,
/// and what must be read of them for ever.
/// </summary>
internal static class GoldenNode
{
    public const string Topic = "Golden";
    public const string Group = "golden-readers";
    public const string Client = "golden-client";

    /// <summary>Ordinals are given in the order of first messages.</summary>
    private const int FirstQueue = 1;

    /// <summary>The newest folder of golden files.</summary>
    private const string NewestVersion = "0.4.0";

    private static readonly byte[] Binary = [.. Enumerable.Range(0, 256).Select(number => (byte)number)];

    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "golden");

    public static string Newest => FolderOf(NewestVersion);

    public static string FolderOf(string version) => Path.Combine(Root, version, "node");

    /// <summary>A node, not started yet, on a copy of a version's folder.</summary>
    public static RocketProcess PrepareCopy(string? version = null)
    {
        var rocket = RocketProcess.Prepare();
        FolderCopy.Make(FolderOf(version ?? NewestVersion), rocket.DataDir);
        return rocket;
    }

    public static async Task FillAsync(RocketProcess rocket)
    {
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(Topic) { ReadQueueNums = 3, WriteQueueNums = 2, Order = true }).Succeeded();
        await client.SendAsync(SendRequest.For(Topic, "first", tags: "A", keys: "key-1 key-2", queueId: FirstQueue)).Succeeded();
        await client.SendAsync(SendRequest.For(Topic, Binary, tags: "B")).Succeeded();
        await client.SendAsync(
            SendRequest.ForBatch(Topic, [.. Enumerable.Range(0, 3).Select(number => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"batch-{number}"))], tags: "C"),
            SendForm.Batch).Succeeded();
        await client.JoinAsync(Group, Client, Topic);
        await client.UpdateOffsetAsync(Group, Topic, 0, 3).Succeeded();
        await client.UpdateOffsetAsync(Group, Topic, FirstQueue, 1).Succeeded();
        await client.LockAsync(new LockBatch(Group, Client, [new MessageQueue(Topic, "broker-a", 0)])).Succeeded();
    }

    public static async Task AssertAllThereAsync(RocketProcess rocket)
    {
        await using var client = await rocket.ConnectAsync();
        var first = Assert.Single(await client.ReadQueueAsync(Topic, FirstQueue));
        AssertMessage(first, "first"u8, "A", physicalOffset: 0);
        var others = await client.ReadQueueAsync(Topic, 0);
        Assert.Equal(4, others.Count);
        AssertMessage(others[0], Binary, "B", physicalOffset: 1L << 40);
        for (var number = 0; number < 3; number++)
        {
            AssertMessage(others[number + 1], Encoding.UTF8.GetBytes($"batch-{number}"), "C", others[number + 1].OffsetMessageId.PhysicalOffset);
        }

        foreach (var message in others.Append(first))
        {
            Assert.Equal(message.OffsetMessageId, Assert.Single((await client.ViewAsync(message.OffsetMessageId.PhysicalOffset).Succeeded()).Messages).OffsetMessageId);
            var found = await client.QueryMessageAsync(new QueryMessageRequest(Topic, message.Properties.UniqueKey!) { UniqueKeyQuery = true }).Succeeded();
            Assert.Equal(message.OffsetMessageId, Assert.Single(found.Messages).OffsetMessageId);
            Assert.InRange((await client.SearchOffsetAsync(Topic, message.QueueId, message.StoreTimestamp).Succeeded()).Offset, 0, message.QueueOffset);
        }

        Assert.Equal(first.OffsetMessageId, Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(Topic, "key-2")).Succeeded()).Messages).OffsetMessageId);
        Assert.Equal(3, (await client.QueryOffsetAsync(Group, Topic, 0).Succeeded()).Offset);
        Assert.Equal(1, (await client.QueryOffsetAsync(Group, Topic, FirstQueue).Succeeded()).Offset);
        Assert.Equal(new QueueData("broker-a", 3, 2, Perm: 6, TopicSysFlag: 0), Assert.Single((await client.RouteAsync(Topic).Succeeded()).Route.Queues));
        Assert.Equal(1, Assert.Single((await client.RouteAsync("%RETRY%" + Group).Succeeded()).Route.Queues).ReadQueueNums);
    }

    private static void AssertMessage(StoredMessage message, ReadOnlySpan<byte> body, string tags, long physicalOffset)
    {
        Assert.True(body.SequenceEqual(message.Body.Span));
        Assert.True(message.BodyCrcMatches);
        Assert.Equal((tags, physicalOffset), (message.Properties.Tags, message.OffsetMessageId.PhysicalOffset));
    }
}
