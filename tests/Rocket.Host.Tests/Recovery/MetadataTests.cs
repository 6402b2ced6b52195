using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Recovery;

/// <summary>Topics, groups, consumer offsets and locks over a crash and over a stop.</summary>
public sealed class MetadataTests
{
    [Fact]
    public async Task A_kill_loses_no_topic_no_group_no_lock_and_no_offset_older_than_a_second()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var state = await State.MakeAsync(rocket);

        // The promise: what is older than a second. 100 ms are for the clock.
        await Task.Delay(TimeSpan.FromMilliseconds(1100));
        await rocket.KillAsync();
        await rocket.StartAgainAsync();
        await state.AssertAsync(rocket);

        // What was recovered is also what the next crash finds.
        await rocket.KillAsync();
        await rocket.StartAgainAsync();
        await state.AssertAsync(rocket);
    }

    [Fact]
    public async Task A_kill_between_commits_loses_those_of_the_last_second_at_most()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        var time = TimeProvider.System;
        var commits = new List<(long Offset, long Answered)>();
        for (var round = 0; round < 2; round++)
        {
            await using (var client = await rocket.ConnectAsync())
            {
                for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < TimeSpan.FromSeconds(2.5);)
                {
                    var offset = commits.Count + 1;
                    await client.UpdateOffsetAsync("committers", topic, 0, offset).Succeeded();
                    commits.Add((offset, time.GetTimestamp()));
                    await Task.Delay(1);
                }
            }

            var killed = time.GetTimestamp();
            await rocket.KillAsync();
            await rocket.StartAgainAsync();

            await using var reader = await rocket.ConnectAsync();
            var kept = (await reader.QueryOffsetAsync("committers", topic, 0).Succeeded()).Offset;
            var least = commits.Last(commit => time.GetElapsedTime(commit.Answered, killed) > TimeSpan.FromSeconds(1)).Offset;
            Assert.InRange(kept, least, commits[^1].Offset);
        }
    }

    [Fact]
    public async Task A_stop_loses_nothing_however_young()
    {
        await using var rocket = await RocketProcess.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            var state = await State.MakeAsync(rocket);

            Assert.Equal(0, await rocket.StopAsync());

            await rocket.StartAgainAsync();
            await state.AssertAsync(rocket);
        }
    }

    [Fact]
    public async Task A_topic_that_was_just_created_by_a_send_outlives_a_kill()
    {
        await using var rocket = await RocketProcess.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            var topic = UniqueNames.Topic();
            var receipts = new SendReceipts();
            await using (var client = await rocket.ConnectAsync())
            {
                var request = SendRequest.For(topic, "first", queueId: 2);
                receipts.Add(request, await client.SendAsync(request).Succeeded());
            }

            await rocket.KillAsync();
            await rocket.StartAgainAsync();

            await receipts.AssertAllThereAsync(rocket);
            await using var names = await rocket.ConnectToNameServerAsync();
            Assert.Equal(4, (await names.RouteAsync(topic).Succeeded()).Route.Queues.Single().WriteQueueNums);
        }
    }

    [Fact]
    public async Task While_it_starts_no_offset_is_answered_wrong()
    {
        const int count = 20_000;
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 4);
        await using (var client = await rocket.ConnectAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(i => client.SendAsync(SendRequest.For(topic, "x", queueId: i % 4)).Succeeded()));
            await client.UpdateOffsetAsync("consumers", topic, 3, count / 4).Succeeded();
        }

        await Task.Delay(TimeSpan.FromMilliseconds(1100));
        for (var round = 0; round < 2; round++)
        {
            await rocket.KillAsync();
            rocket.StartAgain();

            var asked = 0;
            var ready = rocket.Run.WaitForOutputAsync("Rocket node1 ready", TimeSpan.FromSeconds(30));
            do
            {
                asked += await AskAsync(rocket, topic, count / 4);
            }
            while (!ready.IsCompleted);
            await ready;
            Assert.Equal(1, await AskAsync(rocket, topic, count / 4));
        }
    }

    /// <summary>Asks for the offset and pulls there; returns 1 when both were answered.</summary>
    private static async Task<int> AskAsync(RocketProcess rocket, string topic, long end)
    {
        try
        {
            await using var client = await rocket.ConnectAsync();
            var offset = client.QueryOffsetAsync("consumers", topic, 3);
            var pull = client.PullAsync(new PullRequest { ConsumerGroup = "consumers", Topic = topic, QueueId = 3, QueueOffset = end });

            // An error would make a client skip or repeat messages; held requests and closed connections do not.
            Assert.Equal(end, (await offset.Succeeded()).Offset);
            Assert.NotEqual(ResponseCode.PullOffsetMoved, (await pull).Code);
            if ((await pull).Code == ResponseCode.PullNotFound)
            {
                Assert.Equal(end, (await pull).NextBeginOffset);
            }

            return 1;
        }
        catch (Exception ended) when (ended is RemotingConnectException or RemotingConnectionClosedException)
        {
            return 0;
        }
    }

    /// <summary>One of each kind of metadata.</summary>
    private sealed record State(string Topic, string AutoTopic, string Group)
    {
        public static async Task<State> MakeAsync(RocketProcess rocket)
        {
            var state = new State(UniqueNames.Topic(), UniqueNames.Topic(), UniqueNames.Group());
            await using var client = await rocket.ConnectAsync();
            await client.CreateTopicAsync(new CreateTopicRequest(state.Topic) { ReadQueueNums = 5, WriteQueueNums = 3 }).Succeeded();
            await client.SendAsync(SendRequest.For(state.AutoTopic, "x") with { DefaultTopicQueueNums = 2 }).Succeeded();
            await client.JoinAsync(state.Group, "client-1", state.Topic);
            await client.LockAsync(new LockBatch(state.Group, "client-1", [new MessageQueue(state.Topic, "broker-a", 0)])).Succeeded();
            for (var queueId = 0; queueId < 5; queueId++)
            {
                await client.UpdateOffsetAsync(state.Group, state.Topic, queueId, 100 + queueId).Succeeded();
            }

            return state;
        }

        public async Task AssertAsync(RocketProcess rocket)
        {
            await using var client = await rocket.ConnectAsync();
            Assert.Equal(new QueueData("broker-a", 5, 3, Perm: 6, TopicSysFlag: 0), await RouteAsync(client, Topic));
            Assert.Equal(new QueueData("broker-a", 2, 2, Perm: 6, TopicSysFlag: 0), await RouteAsync(client, AutoTopic));
            Assert.Equal(new QueueData("broker-a", 1, 1, Perm: 6, TopicSysFlag: 0), await RouteAsync(client, "%RETRY%" + Group));
            for (var queueId = 0; queueId < 5; queueId++)
            {
                Assert.Equal(100 + queueId, (await client.QueryOffsetAsync(Group, Topic, queueId).Succeeded()).Offset);
            }

            // A lock lasts for 60 s from its last renewal: nobody else may have it, and its owner may go on.
            MessageQueue[] queue = [new(Topic, "broker-a", 0)];
            Assert.Empty((await client.LockAsync(new LockBatch(Group, "client-2", queue)).Succeeded()).Locked);
            Assert.Equal(queue, (await client.LockAsync(new LockBatch(Group, "client-1", queue)).Succeeded()).Locked);
        }

        private static async Task<QueueData> RouteAsync(RemotingConnection client, string topic) =>
            Assert.Single((await client.RouteAsync(topic).Succeeded()).Route.Queues);
    }
}
