using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Consumers that filter by properties, with SQL92 expressions.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class PropertyFilterTests(ConsumingRocket rocket)
{
    /// <summary>Longer than any test waits: an answer before it was caused by an arrival.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("number BETWEEN 10 AND 19", "10 11 12 13 14 15 16 17 18 19")]
    [InlineData("color = 'red' AND number > 90", "92 94 96 98")]
    [InlineData("color IN ('red', 'green') AND NOT (number >= 4)", "0 2")]
    [InlineData("color IS NULL AND number < 5", "1 3")]
    [InlineData("TAGS = 'tenth' AND number <> 50", "0 10 20 30 40 60 70 80 90")]
    [InlineData("KEYS ENDSWITH '-33' OR UNIQ_KEY IS NULL", "33")]
    [InlineData("half > 49.0", "99")]
    [InlineData("-- nothing is everything\n number = 7 /* seven */", "7")]
    public async Task A_consumer_gets_exactly_what_its_expression_says(string expression, string numbers)
    {
        var topic = await FilledTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var group = UniqueNames.Group();
        Assert.Equal(ResponseCode.Success, (await client.CheckClientConfigAsync("c", group, SubscriptionData.ForSql(topic, expression))).Code);
        var joined = await client.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForSql(topic, expression)])).Succeeded();
        Assert.True(joined.Command.Version >= 232, $"clients take version {joined.Command.Version} for a broker that cannot filter by properties");

        Assert.Equal(numbers, await ReadAllAsync(client, Bare(group, topic)));
        Assert.Equal(numbers, await ReadAllAsync(client, Inline(topic, expression)));
    }

    [Fact]
    public async Task A_strict_filter_is_told_to_go_on_until_it_has_seen_all()
    {
        const int count = 2000;
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        for (var sent = 0; sent < count; sent += 500)
        {
            await client.SendAsync(SendRequest.ForBatch(topic, Enumerable.Repeat<ReadOnlyMemory<byte>>("x"u8.ToArray(), 500)), SendForm.Batch).Succeeded();
        }

        await client.SendAsync(SendRequest.For(topic, "last").With(("wanted", "yes"))).Succeeded();

        List<(int, long)> answers = [];
        PullAnswer answer;
        do
        {
            answer = await client.PullAsync(Inline(topic, "wanted = 'yes'") with { QueueOffset = answers.LastOrDefault().Item2 });
            answers.Add((answer.Code, answer.NextBeginOffset));
        }
        while (!answer.IsFound);

        Assert.Equal([(ResponseCode.PullRetryImmediately, 800), (ResponseCode.PullRetryImmediately, 1600), (ResponseCode.Success, count + 1)], answers);
        Assert.Equal("last", Text(Assert.Single(answer.Messages)));
    }

    [Fact]
    public async Task An_expression_that_costs_much_gets_everything_in_more_and_shorter_looks()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var costly = string.Join(" OR ", Enumerable.Repeat("a < b", 600)) + " OR wanted = 'yes'";
        var waiting = client.PullAsync(Inline(topic, costly).Waiting(Long));
        await PassAsync(client);

        await client.SendAsync(SendRequest.ForBatch(topic, Enumerable.Repeat<ReadOnlyMemory<byte>>("x"u8.ToArray(), 700)), SendForm.Batch).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "last").With(("wanted", "yes"))).Succeeded();

        var held = await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((ResponseCode.Success, 701L), (held.Code, held.NextBeginOffset));
        Assert.Equal("last", Text(Assert.Single(held.Messages)));
        var first = await client.PullAsync(Inline(topic, costly));
        Assert.Equal(ResponseCode.PullRetryImmediately, first.Code);
        Assert.InRange(first.NextBeginOffset, 100, 400);
        Assert.Equal("last", await ReadAllAsync(client, Inline(topic, costly)));
    }

    [Fact]
    public async Task A_property_that_is_no_number_lets_its_message_not_pass_and_hurts_no_other()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var value in new[] { "1", "one", "2", "99999999999999999999", "3.5", "3" })
        {
            await client.SendAsync(SendRequest.For(topic, value).With(("a", value))).Succeeded();
        }

        Assert.Equal("2 3", await ReadAllAsync(client, Inline(topic, "a > 1")));
        Assert.Equal("", await ReadAllAsync(client, Inline(topic, "NOT (a > 0)")));
        Assert.Equal("2 99999999999999999999 3.5 3", await ReadAllAsync(client, Inline(topic, "a > 1.5")));
    }

    [Theory]
    [InlineData("SQL92", "a >", "line 1, column 4: expected a property, a number, a text or (, found the end of the expression")]
    [InlineData("SQL92", "a = 1\n AND b LIKE 'x'", "line 2, column 8: expected AND, OR, a comparison or the end, found LIKE")]
    [InlineData("SQL92", "a > 'x'", "line 1, column 5: only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("XPATH", "//a", "this type of expression is not known, there are TAG and SQL92")]
    public async Task An_expression_that_is_none_is_answered_23_with_its_place(string type, string expression, string reason)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        var check = await client.CheckClientConfigAsync(
            UniqueNames.ClientId(), UniqueNames.Group(), SubscriptionData.ForSql(topic, expression) with { ExpressionType = type });
        Assert.Equal((ResponseCode.SubscriptionParseFailed, reason), (check.Code, check.Remark));
        var pull = await client.PullAsync(Inline(topic, expression) with { ExpressionType = type });
        Assert.Equal((ResponseCode.SubscriptionParseFailed, $"parse the consumer's subscription failed: {reason}"), (pull.Code, pull.Remark));
    }

    [Fact]
    public async Task An_expression_beyond_all_bounds_is_answered_23()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var expression in new[] { new string('(', 8000), new string('(', 10_000), new string('a', 10_000), string.Concat(Enumerable.Repeat("NOT ", 2500)) })
        {
            var check = await client.CheckClientConfigAsync("c", UniqueNames.Group(), SubscriptionData.ForSql(topic, expression));
            Assert.Equal(ResponseCode.SubscriptionParseFailed, check.Code);
            Assert.Equal(ResponseCode.SubscriptionParseFailed, (await client.PullAsync(Inline(topic, expression))).Code);
        }
    }

    [Fact]
    public async Task A_check_of_tags_or_of_nothing_succeeds()
    {
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(ResponseCode.Success, (await client.CheckClientConfigAsync("c", "g", SubscriptionData.ForTags("T", "TagA || TagB"))).Code);
        Assert.Equal(ResponseCode.Success, (await client.InvokeAsync(new() { Code = RequestCode.CheckClientConfig })).Code);
        Assert.Equal(ResponseCode.SystemError, (await client.InvokeAsync(new() { Code = RequestCode.CheckClientConfig, Body = "{"u8.ToArray() })).Code);
    }

    [Fact]
    public async Task A_broken_expression_in_a_heartbeat_costs_that_topic_alone_and_is_logged()
    {
        var (broken, fine, group) = (await rocket.TopicWithTagsAsync("TagA"), await rocket.TopicWithTagsAsync("TagA"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        await client.HeartbeatAsync(
            GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForSql(broken, "a > > 1"), SubscriptionData.ForSql(fine, "TAGS = 'TagA'")])).Succeeded();

        var answer = await client.PullAsync(Bare(group, broken));
        Assert.Equal(ResponseCode.FilterDataNotExist, answer.Code);
        Assert.StartsWith("The broker's consumer filter data is not exist!", answer.Remark, StringComparison.Ordinal);
        Assert.True((await client.PullAsync(Bare(group, fine))).IsFound);
        await rocket.Rocket.Run.WaitForOutputAsync(
            $"subscribes to topic {broken} cannot be understood: line 1, column 5: expected a property, a number, a text or (, found >", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_waiting_pull_is_answered_by_a_match_and_by_nothing_else()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForSql(topic, "a > 5")])).Succeeded();
        Task<PullAnswer>[] waiting = [client.PullAsync(Bare(group, topic).Waiting(Long)), client.PullAsync(Inline(topic, "a > 5").Waiting(Long))];

        foreach (var value in new[] { "1", "5", "six" })
        {
            await client.SendAsync(SendRequest.For(topic, value).With(("a", value))).Succeeded();
            await PassAsync(client);
            Assert.DoesNotContain(waiting, pull => pull.IsCompleted);
        }

        await client.SendAsync(SendRequest.For(topic, "6").With(("a", "6"))).Succeeded();

        foreach (var pull in waiting)
        {
            var answer = await pull.WaitAsync(TimeSpan.FromSeconds(5));
            Assert.Equal((ResponseCode.Success, 4L, 4L), (answer.Code, answer.NextBeginOffset, answer.MaxOffset));
            Assert.Equal("6", Text(Assert.Single(answer.Messages)));
        }
    }

    [Fact]
    public async Task A_waiting_pull_without_a_match_is_told_at_its_end_where_to_go_on()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var suspend = TimeSpan.FromSeconds(2);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var silent = client.PullAsync(Inline(await rocket.CreateTopicAsync(), "a > 5").Waiting(suspend));
        var waiting = client.PullAsync(Inline(topic, "a > 5").Waiting(suspend));
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(SendRequest.For(topic, "x").With(("a", "1"))).Succeeded();
            await PassAsync(client);
        }

        var answer = await waiting;

        Assert.InRange(watch.Elapsed, suspend - TimeSpan.FromMilliseconds(50), suspend + TimeSpan.FromSeconds(5));
        Assert.Equal((ResponseCode.PullRetryImmediately, 3L, 3L), (answer.Code, answer.NextBeginOffset, answer.MaxOffset));
        Assert.Equal((ResponseCode.PullNotFound, 0L), ((await silent).Code, (await silent).NextBeginOffset));
    }

    [Fact]
    public async Task A_hundred_waiting_pulls_each_get_what_is_theirs_out_of_a_stream()
    {
        const int kinds = 100;
        const int count = 1000;
        var topic = await rocket.CreateTopicAsync();
        await using var consumer = await rocket.ConnectAsync();
        await using var producer = await rocket.ConnectAsync();
        var consuming = Enumerable.Range(0, kinds).Select(kind => ConsumeAsync(consumer, topic, kind, count / kinds)).ToArray();

        for (var i = 0; i < count; i++)
        {
            await producer.SendAsync(SendRequest.For(topic, $"{i}").With(("kind", $"{i % kinds}"))).Succeeded();
        }

        var consumed = await Task.WhenAll(consuming).WaitAsync(Long);
        for (var kind = 0; kind < kinds; kind++)
        {
            Assert.Equal(Enumerable.Range(0, count / kinds).Select(i => $"{(i * kinds) + kind}"), consumed[kind]);
        }
    }

    [Fact]
    public async Task A_waiting_pull_that_looks_again_does_not_hold_up_its_connection_or_outlive_it()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var leaving = await rocket.ConnectAsync();
        var lost = leaving.PullAsync(Inline(topic, "a = 'never'").Waiting(Long));
        var waiting = client.PullAsync(Inline(topic, "a = 'last'").Waiting(Long));
        await PassAsync(leaving);

        for (var i = 0; i < 200; i++)
        {
            await client.SendAsync(SendRequest.For(topic, "x").With(("a", "no"))).Succeeded();
        }

        await leaving.DisposeAsync();
        await Assert.ThrowsAsync<RemotingConnectionClosedException>(() => lost);
        await client.SendAsync(SendRequest.For(topic, "y").With(("a", "last"))).Succeeded();
        Assert.Equal("y", Text(Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(5))).Messages)));
    }

    [Fact]
    public async Task Batches_are_filtered_message_by_message()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.ForBatch(topic, ["one"u8.ToArray(), "two"u8.ToArray()], tags: "TagA"), SendForm.Batch).Succeeded();
        await client.SendAsync(SendRequest.ForBatch(topic, ["three"u8.ToArray()], tags: "TagB"), SendForm.Batch).Succeeded();

        Assert.Equal("three", await ReadAllAsync(client, Inline(topic, "TAGS <> 'TagA'")));
    }

    [Fact]
    public async Task Filters_work_again_after_a_restart()
    {
        await using var own = await RocketProcess.StartAsync();
        var (topic, group) = (await own.CreateTopicAsync(), UniqueNames.Group());
        await using (var client = await own.ConnectAsync())
        {
            await client.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForSql(topic, "a = 'x'")])).Succeeded();
            foreach (var value in new[] { "x", "y", "x" })
            {
                await client.SendAsync(SendRequest.For(topic, value).With(("a", value))).Succeeded();
            }
        }

        await own.KillAsync();
        await own.StartAgainAsync();
        await using var again = await own.ConnectAsync();

        // What clients subscribe to is known from their heartbeats only.
        Assert.Equal(ResponseCode.SubscriptionNotExist, (await again.PullAsync(Bare(group, topic))).Code);
        await again.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForSql(topic, "a = 'x'")])).Succeeded();
        Assert.Equal("x x", await ReadAllAsync(again, Bare(group, topic)));
        Assert.Equal("y", await ReadAllAsync(again, Inline(topic, "a <> 'x'")));
    }

    private static async Task<List<string>> ConsumeAsync(RemotingConnection client, string topic, int kind, int count)
    {
        List<string> bodies = [];
        var offset = 0L;
        while (bodies.Count < count)
        {
            var answer = await client.PullAsync((Inline(topic, $"kind = {kind}") with { QueueOffset = offset }).Waiting(Long));
            Assert.True(answer.Code is ResponseCode.Success or ResponseCode.PullRetryImmediately, $"{answer.Code}: {answer.Remark}");
            bodies.AddRange(answer.Messages.Select(Text));
            offset = answer.NextBeginOffset;
        }

        return bodies;
    }

    /// <summary>A hundred messages: even ones are red, every tenth has the tag tenth.</summary>
    private async Task<string> FilledTopicAsync()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        for (var number = 0; number < 100; number++)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            var request = SendRequest.For(topic, text, tags: number % 10 == 0 ? "tenth" : null, keys: $"key-{text}")
                .With(("number", text), ("half", (number / 2.0).ToString(CultureInfo.InvariantCulture)));
            await client.SendAsync(number % 2 == 0 ? request.With(("color", "red")) : request).Succeeded();
        }

        return topic;
    }

    private static async Task<string> ReadAllAsync(RemotingConnection client, PullRequest request)
    {
        List<string> bodies = [];
        while (true)
        {
            var answer = await client.PullAsync(request);
            bodies.AddRange(answer.Messages.Select(Text));
            if (answer.Code == ResponseCode.PullNotFound)
            {
                return string.Join(' ', bodies);
            }

            Assert.True(answer.Code is ResponseCode.Success or ResponseCode.PullRetryImmediately, $"{answer.Code}: {answer.Remark}");
            request = request with { QueueOffset = answer.NextBeginOffset };
        }
    }

    private static PullRequest Inline(string topic, string expression) =>
        new() { ConsumerGroup = "sql-readers", Topic = topic, Subscription = expression, ExpressionType = "SQL92" };

    /// <summary>A pull as push consumers send it: the subscription is in the heartbeat.</summary>
    private static PullRequest Bare(string group, string topic) =>
        new() { ConsumerGroup = group, Topic = topic, SysFlag = 0, Subscription = null, ExpressionType = "SQL92" };

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>An answer to a later request of the same connection: the earlier ones have been looked at.</summary>
    private static async Task PassAsync(RemotingConnection client) => await client.KvGetAsync("none", "none");
}
