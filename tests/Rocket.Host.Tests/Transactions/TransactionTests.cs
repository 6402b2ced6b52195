using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Transactions;

/// <summary>Half messages, and what their producer says of them.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    private const string Group = "payments";

    private RocketProcess _rocket = null!;

    public async Task InitializeAsync() => _rocket = await RocketProcess.StartAsync();

    public async Task DisposeAsync() => await _rocket.DisposeAsync();

    [Fact]
    public async Task A_half_message_is_not_seen_until_it_is_committed_and_then_once_however_often_that_is_said()
    {
        var topic = await _rocket.CreateTopicAsync(queues: 4);
        await using var client = await _rocket.ConnectAsync();
        var (request, half) = await SendHalfAsync(client, topic, queueId: 2);
        Assert.Equal(2, half.QueueId);
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 2).Succeeded()).Offset);

        for (var i = 0; i < 3; i++)
        {
            await client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        }

        await client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Rollback)).Succeeded();
        var message = Assert.Single(await client.ReadQueueAsync(topic, 2));
        Assert.Equal(("pay", request.Properties!.UniqueKey, 2), (Encoding.UTF8.GetString(message.Body.Span), message.Properties.UniqueKey, message.QueueId));
        Assert.Equal(("true", Group, topic, "2"), (message.Properties["TRAN_MSG"], message.Properties["PGROUP"], message.Properties["REAL_TOPIC"], message.Properties["REAL_QID"]));
        Assert.Equal((8, half.OffsetMessageIds[0].PhysicalOffset), (message.SystemFlag & 12, message.PreparedTransactionOffset));
        Assert.Equal("red", message.Properties.Tags);
        Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(topic, "order-1")).Succeeded()).Messages);
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_seen_and_cannot_be_committed_later()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var (_, half) = await SendHalfAsync(client, topic);
        await client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Rollback)).Succeeded();
        await client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        Assert.Empty(await client.ReadQueueAsync(topic));
    }

    [Fact]
    public async Task A_producer_that_does_not_know_is_not_answered_and_can_say_more_later()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var (_, half) = await SendHalfAsync(client, topic);
        var unanswered = client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Unknown), TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(() => unanswered);
        await client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        Assert.Single(await client.ReadQueueAsync(topic));
    }

    [Fact]
    public async Task A_word_about_something_else_is_refused_and_changes_nothing()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var (_, half) = await SendHalfAsync(client, topic);
        var (_, other) = await SendHalfAsync(client, topic);
        var plain = await client.SendAsync(SendRequest.For(topic, "plain")).Succeeded();
        var right = EndTransactionRequest.For(Group, half, TransactionWord.Commit);

        await AssertRefusedAsync(right with { ProducerGroup = "others" }, "The producer group wrong");
        await AssertRefusedAsync(right with { TranStateTableOffset = other.QueueOffset }, "The transaction state table offset wrong");
        await AssertRefusedAsync(right with { CommitLogOffset = other.OffsetMessageIds[0].PhysicalOffset }, "The transaction state table offset wrong");
        foreach (var offset in new[] { -1, right.CommitLogOffset + 1, long.MaxValue, plain.OffsetMessageIds[0].PhysicalOffset })
        {
            await AssertRefusedAsync(right with { CommitLogOffset = offset }, "Find prepared transaction message failed");
        }

        Assert.Equal("plain", Encoding.UTF8.GetString(Assert.Single(await client.ReadQueueAsync(topic)).Body.Span));
        await client.EndTransactionAsync(right).Succeeded();
        Assert.Equal(2, (await client.ReadQueueAsync(topic)).Count);

        async Task AssertRefusedAsync(EndTransactionRequest wrong, string remark)
        {
            var answer = await client.EndTransactionAsync(wrong);
            Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
        }
    }

    [Fact]
    public async Task Open_and_settled_transactions_survive_a_kill()
    {
        var topic = await _rocket.CreateTopicAsync();
        SendAnswer[] halves = new SendAnswer[9];
        await using (var client = await _rocket.ConnectAsync())
        {
            for (var i = 0; i < halves.Length; i++)
            {
                (_, halves[i]) = await SendHalfAsync(client, topic, body: $"{i}");
            }

            for (var i = 0; i < 6; i++)
            {
                await client.EndTransactionAsync(EndTransactionRequest.For(Group, halves[i], i < 3 ? TransactionWord.Commit : TransactionWord.Rollback)).Succeeded();
            }
        }

        await _rocket.KillAsync();
        await _rocket.StartAgainAsync();

        await using var again = await _rocket.ConnectAsync();
        foreach (var half in halves)
        {
            await again.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        }

        Assert.Equal(["0", "1", "2", "6", "7", "8"], (await again.ReadQueueAsync(topic)).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
    }

    [Fact]
    public async Task Oneway_is_enough()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var client = await _rocket.ConnectAsync();
        var (_, half) = await SendHalfAsync(client, topic);
        await client.EndTransactionOnewayAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit));
        var pull = new PullRequest { ConsumerGroup = "g", Topic = topic }.Waiting(TimeSpan.FromSeconds(20));
        Assert.Single((await client.PullAsync(pull).Succeeded()).Messages);
    }

    private static async Task<(SendRequest Request, SendAnswer Half)> SendHalfAsync(RemotingConnection client, string topic, int queueId = 0, string body = "pay")
    {
        var request = SendRequest.For(topic, body, tags: "red", keys: "order-1", queueId).ToHalf(Group);
        return (request, await client.SendAsync(request).Succeeded());
    }
}
