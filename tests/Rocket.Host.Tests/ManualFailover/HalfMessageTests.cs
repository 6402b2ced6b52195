using System.Text;
using Rocket.Host.Tests.Calls;
using Rocket.Host.Tests.Clustering;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>
/// Half messages of a master that is alone. A producer runs its transaction for code 0 only, and takes 10 to 12 for a refusal of what was stored, so that it must be refused, and stay so.
/// </summary>
[Collection(ClusteringCollection.Name)]
public sealed class HalfMessageTests
{
    private const string Group = "payments";

    [Fact]
    public async Task One_that_a_silent_slave_does_not_take_is_refused_and_its_producer_is_never_asked_about_it()
    {
        await using var pair = await ManualPair.StartAsync(
            more:
            [
                "rocket.broker-defaults.slave-timeout = 300ms", "rocket.broker-defaults.degrade-after = 30s", "rocket.replication.dead-after = 30s",
                "rocket.broker-defaults.transaction-timeout = 1s", "rocket.broker-defaults.transaction-check-interval = 1s",
            ]);
        var topic = await pair.CreateTopicAsync();
        await using var producer = await AskedClient.ConnectAsync(pair["node2"]);
        await producer.JoinAsync(producerGroup: Group);
        var settled = await producer.Connection.SendAsync(Half(topic, "settled")).Succeeded();
        await producer.Connection.EndTransactionAsync(EndTransactionRequest.For(Group, settled, TransactionWord.Rollback)).Succeeded();

        pair["node1"].Run.Signal("STOP");
        var refused = await producer.Connection.SendAsync(Half(topic, "refused"));
        pair["node1"].Run.Signal("CONT");
        Assert.Equal(ResponseCode.ServiceNotAvailable, refused.Code);
        Assert.Contains("is not on the disk of every node in sync", refused.Remark, StringComparison.Ordinal);

        // The one after it is asked about, and this one would have been before.
        await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic);
        var half = await producer.Connection.SendAsync(Half(topic, "begun")).Succeeded();
        var asked = await producer.AskedOnceAsync();
        Assert.Equal("begun", Encoding.UTF8.GetString(Assert.Single(StoredMessage.DecodeAll(asked.Body)).Body.Span));
        await producer.Connection.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        var stored = await pair.ReadAsync("node2", "broker-b", topic);
        Assert.Equal("begun", stored[^1]);
        Assert.DoesNotContain("refused", stored);
        Assert.Single(producer.Asked);
    }

    [Fact]
    public async Task A_degraded_master_takes_none_and_says_whom_it_lacks_but_settles_those_that_it_has()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        await using var client = await pair.ConnectAsync("node2", "broker-b");
        var half = await client.SendAsync(Half(topic, "begun")).Succeeded();
        await pair["node1"].Run.KillAsync();
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2", "degraded: without node1");

        var refused = await client.SendAsync(Half(topic, "refused"));
        Assert.Equal(ResponseCode.ServiceNotAvailable, refused.Code);
        Assert.Contains("goes on without node1", refused.Remark, StringComparison.Ordinal);
        await client.EndTransactionAsync(EndTransactionRequest.For(Group, half, TransactionWord.Commit)).Succeeded();
        Assert.Equal(["begun"], await pair.ReadAsync("node2", "broker-b", topic));
    }

    [Fact]
    public async Task Where_two_copies_are_asked_for_a_master_alone_stores_what_it_answers_11_and_takes_no_half_message()
    {
        await using var pair = await ManualPair.StartAsync(more: "rocket.broker-defaults.min-in-sync = 2");
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "both"));
        await pair["node1"].Run.KillAsync();
        await pair.VoteOutAsync("node2", "node1");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node2");

        Assert.Equal((ResponseCode.SlaveNotAvailable, 1L), await pair.SendAsync("node2", "broker-b", topic, "alone"));
        await using (var client = await pair.ConnectAsync("node2", "broker-b"))
        {
            Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(Half(topic, "refused"))).Code);
        }

        Assert.Equal(["both", "alone"], await pair.ReadAsync("node2", "broker-b", topic));
        pair.Start("node1");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        Assert.Equal(2L, await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic));
    }

    private static SendRequest Half(string topic, string body) => SendRequest.For(topic, body, queueId: 0).ToHalf(Group);
}
