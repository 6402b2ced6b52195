using System.Diagnostics;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Pulls that wait at the broker.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class LongPollTests(ConsumingRocket rocket)
{
    /// <summary>Longer than any test waits: an answer before it was caused by an arrival.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    /// <summary>The broker may look only each 5 s whose time is over.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(SendForm.V1)]
    [InlineData(SendForm.V2)]
    [InlineData(SendForm.Batch)]
    public async Task A_message_that_arrives_answers_the_waiting_pull(SendForm form)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var waiting = client.PullAsync(Pull(topic, 0).Waiting(Long));
        await PassAsync(client);
        Assert.False(waiting.IsCompleted);

        var send = form == SendForm.Batch ? SendRequest.ForBatch(topic, ["now"u8.ToArray()]) : SendRequest.For(topic, "now");
        await client.SendAsync(send, form).Succeeded();

        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal((ResponseCode.Success, 1L, 0L, 1L), (answer.Code, answer.NextBeginOffset, answer.MinOffset, answer.MaxOffset));
        Assert.Equal("now", Text(Assert.Single(answer.Messages)));
    }

    [Fact]
    public async Task A_message_with_another_tag_does_not_answer_the_waiting_pull()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var waiting = client.PullAsync((Pull(topic, 0) with { Subscription = "TagA" }).Waiting(Long));

        await client.SendTagsAsync(topic, "TagB", "", "TagC");
        await PassAsync(client);
        Assert.False(waiting.IsCompleted);
        await client.SendTagsAsync(topic, "TagA");

        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal((ResponseCode.Success, 4L, 4L), (answer.Code, answer.NextBeginOffset, answer.MaxOffset));
        Assert.Equal("TagA", Assert.Single(answer.Messages).Properties.Tags);
    }

    [Fact]
    public async Task A_subscription_from_a_heartbeat_filters_arrivals_too()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, UniqueNames.ClientId(), topic, "TagA");
        var waiting = client.PullAsync(
            new PullRequest { ConsumerGroup = group, Topic = topic, SysFlag = 0, Subscription = null }.Waiting(Long));

        await client.SendTagsAsync(topic, "TagB");
        await PassAsync(client);
        Assert.False(waiting.IsCompleted);
        await client.SendTagsAsync(topic, "TagA");

        Assert.Equal("TagA", Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(2))).Messages).Properties.Tags);
    }

    [Fact]
    public async Task A_oneway_pull_is_neither_answered_nor_held()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var pull in new[] { Pull(topic, 0), Pull(topic, 0).Waiting(Long), Pull(topic, 5) })
        {
            await client.OnewayAsync(pull.ToCommand());
        }

        await client.SendAsync(SendRequest.For(topic, "now")).Succeeded();
        await PassAsync(client);

        Assert.False(client.StrayAnswers.TryRead(out var answer), $"{answer}");
    }

    [Fact]
    public async Task A_pull_whose_time_is_over_is_answered_19()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var suspend = TimeSpan.FromSeconds(1);
        var watch = Stopwatch.StartNew();

        var answer = await client.PullAsync(Pull(topic, 0).Waiting(suspend));

        Assert.InRange(watch.Elapsed, suspend - TimeSpan.FromMilliseconds(50), suspend + CheckInterval);
        Assert.Equal(
            (ResponseCode.PullNotFound, 0L, 0L, 0L), (answer.Code, answer.NextBeginOffset, answer.MinOffset, answer.MaxOffset));
        Assert.Equal(0, answer.Body.Length);
    }

    [Fact]
    public async Task A_pull_whose_time_is_over_tells_of_the_messages_that_its_filter_left_out()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var waiting = client.PullAsync((Pull(topic, 0) with { Subscription = "TagA" }).Waiting(TimeSpan.FromSeconds(1)));

        await client.SendTagsAsync(topic, "TagB", "TagB");

        var answer = await waiting;
        Assert.Equal((ResponseCode.PullRetryImmediately, 2L, 2L), (answer.Code, answer.NextBeginOffset, answer.MaxOffset));
    }

    [Fact]
    public async Task Only_a_pull_at_the_end_of_its_queue_waits()
    {
        var topic = await rocket.TopicWithTagsAsync("TagB");
        await using var client = await rocket.ConnectAsync();

        var answers = await Task.WhenAll(
            client.PullAsync(Pull(topic, 0).Waiting(Long)),
            client.PullAsync((Pull(topic, 0) with { Subscription = "TagA" }).Waiting(Long)),
            client.PullAsync(Pull(topic, 2).Waiting(Long)),
            client.PullAsync(Pull(topic, -1).Waiting(Long))).WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(
            [ResponseCode.Success, ResponseCode.PullRetryImmediately, ResponseCode.PullOffsetMoved, ResponseCode.PullOffsetMoved],
            answers.Select(answer => answer.Code));
    }

    [Fact]
    public async Task A_waiting_pull_does_not_hold_up_its_connection()
    {
        var (quiet, busy) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync());
        await using var client = await rocket.ConnectAsync();
        var waiting = client.PullAsync(Pull(quiet, 0).Waiting(Long));

        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(SendRequest.For(busy, "x")).Succeeded();
        }

        Assert.False(waiting.IsCompleted);
        await client.SendAsync(SendRequest.For(quiet, "x")).Succeeded();
        Assert.True((await waiting.WaitAsync(TimeSpan.FromSeconds(2))).IsFound);
    }

    [Fact]
    public async Task One_message_answers_every_pull_that_waits_for_it()
    {
        const int connections = 10;
        const int each = 100;
        var topic = await rocket.CreateTopicAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => rocket.ConnectAsync()));
        var waiting = clients.SelectMany(client => Enumerable.Range(0, each).Select(_ => client.PullAsync(Pull(topic, 0).Waiting(Long)))).ToArray();
        await Task.WhenAll(clients.Select(PassAsync));

        await clients[0].SendAsync(SendRequest.For(topic, "for all")).Succeeded();

        var answers = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.All(answers, answer => Assert.Equal("for all", Text(answer.Messages.Single())));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_client_that_left_while_it_waited_takes_nothing_from_the_others()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var staying = await rocket.ConnectAsync();
        var waiting = staying.PullAsync(Pull(topic, 0).Waiting(Long));
        foreach (var abort in new[] { true, false })
        {
            var leaving = await rocket.ConnectAsync();
            var lost = leaving.PullAsync(Pull(topic, 0).Waiting(Long));
            await PassAsync(leaving);
            if (abort)
            {
                leaving.Abort();
            }
            else
            {
                await leaving.DisposeAsync();
            }

            await Assert.ThrowsAsync<RemotingConnectionClosedException>(() => lost);
        }

        await staying.SendAsync(SendRequest.For(topic, "still here")).Succeeded();

        Assert.Equal("still here", Text(Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(2))).Messages)));
    }

    [Fact]
    public async Task No_message_is_missed_between_the_look_and_the_wait()
    {
        const int count = 1000;
        var topic = await rocket.CreateTopicAsync();
        await using var producer = await rocket.ConnectAsync();
        await using var consumer = await rocket.ConnectAsync();
        var consuming = Task.Run(async () =>
        {
            List<string> bodies = [];
            while (bodies.Count < count)
            {
                var answer = await consumer.PullAsync((Pull(topic, bodies.Count) with { MaxMsgNums = 1 }).Waiting(Long)).Succeeded();
                bodies.Add(Text(answer.Messages.Single()));
            }

            return bodies;
        });

        for (var i = 0; i < count; i++)
        {
            await producer.SendAsync(SendRequest.For(topic, $"{i}")).Succeeded();
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), await consuming.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static PullRequest Pull(string topic, long offset) =>
        new() { ConsumerGroup = "waiters", Topic = topic, QueueOffset = offset };

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>An answer to a later request of the same connection: the earlier ones have been looked at.</summary>
    private static async Task PassAsync(RemotingConnection client) => await client.KvGetAsync("none", "none");
}
