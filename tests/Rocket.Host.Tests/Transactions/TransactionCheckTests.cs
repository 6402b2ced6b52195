using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Calls;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Transactions;

/// <summary>What the broker asks producers about half messages that stay open.</summary>
public sealed class TransactionCheckTests : IAsyncLifetime
{
    private const string MaxTimeTopic = "TRANS_CHECK_MAX_TIME_TOPIC";

    private readonly string _group = UniqueNames.Group();
    private RocketProcess _rocket = null!;

    public async Task InitializeAsync() => _rocket = await RocketProcess.StartAsync(
        "rocket.broker-defaults.transaction-timeout=1 s", "rocket.broker-defaults.transaction-check-interval=1 s", "rocket.broker-defaults.transaction-check-max=2");

    public async Task DisposeAsync() => await _rocket.DisposeAsync();

    [Fact]
    public async Task A_producer_is_asked_about_a_half_message_and_its_word_settles_it()
    {
        var topic = await _rocket.CreateTopicAsync(queues: 2);
        await using var producer = await ProducerAsync();
        var sent = Half(topic, queueId: 1);
        var half = await producer.Connection.SendAsync(sent).Succeeded();

        var question = await producer.AskedOnceAsync();

        Assert.Equal((RequestCode.CheckTransactionState, true), (question.Code, question.IsOneway));
        Assert.Equal(half.QueueOffset.ToString(CultureInfo.InvariantCulture), question.Fields["tranStateTableOffset"]);
        Assert.Equal(half.OffsetMessageIds[0].PhysicalOffset.ToString(CultureInfo.InvariantCulture), question.Fields["commitLogOffset"]);
        Assert.Equal((sent.Properties!.UniqueKey, half.MessageId), (question.Fields["msgId"], question.Fields["offsetMsgId"]));
        var asked = Assert.Single(StoredMessage.DecodeAll(question.Body));
        Assert.Equal((topic, 1, half.QueueOffset, half.OffsetMessageIds[0].PhysicalOffset), (asked.Topic, asked.QueueId, asked.QueueOffset, asked.PhysicalOffset));
        Assert.Equal(("pay", "1", _group), (Encoding.UTF8.GetString(asked.Body.Span), asked.Properties["TRANSACTION_CHECK_TIMES"], asked.Properties["PGROUP"]));
        Assert.True(asked.BodyCrcMatches);

        await producer.Connection.EndTransactionAsync(EndTransactionRequest.For(_group, half, TransactionWord.Commit) with { FromTransactionCheck = true }).Succeeded();
        Assert.Equal("pay", Encoding.UTF8.GetString(Assert.Single(await producer.Connection.ReadQueueAsync(topic, 1)).Body.Span));
    }

    [Fact]
    public async Task One_that_is_asked_for_in_vain_so_often_goes_where_a_person_may_look()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var producer = await ProducerAsync();
        var half = await producer.Connection.SendAsync(Half(topic)).Succeeded();

        var given = await ArrivedAsync(producer.Connection, MaxTimeTopic);

        Assert.Equal(("pay", topic), (Encoding.UTF8.GetString(given.Body.Span), given.Properties["REAL_TOPIC"]));
        Assert.Equal(2, producer.Asked.Count);
        await producer.Connection.EndTransactionAsync(EndTransactionRequest.For(_group, half, TransactionWord.Commit)).Succeeded();
        Assert.Empty(await producer.Connection.ReadQueueAsync(topic));
    }

    [Fact]
    public async Task A_producer_that_is_away_is_asked_when_it_is_back_and_nothing_is_given_up_meanwhile()
    {
        var topic = await _rocket.CreateTopicAsync();
        SendAnswer half;
        await using (var client = await _rocket.ConnectAsync())
        {
            half = await client.SendAsync(Half(topic)).Succeeded();

            // Another one's is asked about and given up meanwhile: this one has had as much time.
            await using var other = await ProducerAsync("others");
            await other.Connection.SendAsync(SendRequest.For(topic, "other").ToHalf("others")).Succeeded();
            Assert.Equal("other", Encoding.UTF8.GetString((await ArrivedAsync(client, MaxTimeTopic)).Body.Span));
        }

        await using var producer = await ProducerAsync();
        Assert.Equal(half.QueueOffset.ToString(CultureInfo.InvariantCulture), (await producer.AskedOnceAsync()).Fields["tranStateTableOffset"]);
    }

    [Fact]
    public async Task A_half_message_may_say_for_how_long_nobody_is_to_be_asked()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using var producer = await ProducerAsync();
        var immune = Half(topic);
        immune.Properties!.Add("CHECK_IMMUNITY_TIME_IN_SECONDS", "4");
        await producer.Connection.SendAsync(immune).Succeeded();

        var asked = Assert.Single(StoredMessage.DecodeAll((await producer.AskedOnceAsync()).Body));
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - asked.StoreTimestamp, 4000, 30_000);
    }

    [Fact]
    public async Task How_often_was_asked_survives_a_kill()
    {
        var topic = await _rocket.CreateTopicAsync();
        await using (var producer = await ProducerAsync())
        {
            await producer.Connection.SendAsync(Half(topic)).Succeeded();
            await producer.AskedOnceAsync();
            await Eventually.HoldsAsync(async () => (await producer.Connection.MaxOffsetAsync("RMQ_SYS_TRANS_OP_HALF_TOPIC", 0).Succeeded()).Offset == 1);
            await _rocket.KillAsync();
        }

        await _rocket.StartAgainAsync();
        await using var again = await ProducerAsync();
        await ArrivedAsync(again.Connection, MaxTimeTopic);
        Assert.Equal("2", Assert.Single(StoredMessage.DecodeAll(Assert.Single(again.Asked).Body)).Properties["TRANSACTION_CHECK_TIMES"]);
    }

    private async Task<AskedClient> ProducerAsync(string? group = null)
    {
        var producer = await AskedClient.ConnectAsync(_rocket);
        await producer.JoinAsync(producerGroup: group ?? _group);
        return producer;
    }

    private SendRequest Half(string topic, int queueId = 0) => SendRequest.For(topic, "pay", queueId: queueId).ToHalf(_group);

    private static async Task<StoredMessage> ArrivedAsync(RemotingConnection client, string topic)
    {
        while (true)
        {
            var answer = await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic }.Waiting(TimeSpan.FromSeconds(15)));
            if (answer.Code == ResponseCode.Success)
            {
                return answer.Messages[0];
            }

            Assert.Equal(ResponseCode.PullNotFound, answer.Code);
        }
    }
}
