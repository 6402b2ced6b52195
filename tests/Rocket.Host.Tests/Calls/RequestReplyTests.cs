using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>A producer sends a request message and waits for the answer that a consumer sends back (324, 325, 326).</summary>
[Collection(CallsCollection.Name)]
public sealed class RequestReplyTests(CallsRocket rocket)
{
    internal const string ReplyTopic = "DefaultCluster_REPLY_TOPIC";

    [Theory]
    [InlineData(SendForm.ReplyV1, SerializeType.Json, SerializeType.Json)]
    [InlineData(SendForm.ReplyV2, SerializeType.Json, SerializeType.RocketMq)]
    [InlineData(SendForm.ReplyV2, SerializeType.RocketMq, SerializeType.Json)]
    public async Task The_answer_is_pushed_to_who_waits_and_stored(SendForm form, SerializeType replierType, SerializeType requesterType)
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(), requesterType);
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync(replierType);
        var reply = Reply(requester.Id, "the answer");

        var answer = await replier.SendAsync(reply, form).Succeeded();

        var pushed = Assert.Single(requester.Asked);
        Assert.Equal((RequestCode.PushReplyMessageToClient, false, requesterType), (pushed.Code, pushed.IsOneway, pushed.SerializeType));
        AssertIsPushOf(reply, pushed, replier);
        Assert.Equal(("DefaultRegion", "true", 0), (answer.Region, answer.TraceOn, answer.QueueId));
        var stored = await replier.ReadOneAsync(ReplyTopic, 0, answer.QueueOffset);
        Assert.Equal(("the answer", answer.MessageId), (Encoding.UTF8.GetString(stored.Body.Span), stored.OffsetMessageId.ToString()));
        Assert.Equal((requester.Id, "corr-1"), (stored.Properties[PropertyName.ReplyToClient], stored.Properties[PropertyName.CorrelationId]));
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success());
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync();
        var body = new byte[4 << 20];
        Random.Shared.NextBytes(body);

        await replier.SendAsync(Reply(requester.Id, body), SendForm.ReplyV2).Succeeded();

        Assert.True(Assert.Single(requester.Asked).Body.Span.SequenceEqual(body));
    }

    [Fact]
    public async Task An_answer_to_nobody_is_refused_and_stored_all_the_same()
    {
        await using var replier = await rocket.ConnectAsync();

        var answer = await replier.SendAsync(Reply("nobody@1", "lost"), SendForm.ReplyV2);

        Assert.Equal((ResponseCode.SystemError, "push reply message fail, channel of <nobody@1> not found."), (answer.Code, answer.Remark));
        Assert.Equal("lost", Encoding.UTF8.GetString((await replier.ReadOneAsync(ReplyTopic, 0, answer.QueueOffset)).Body.Span));
    }

    [Fact]
    public async Task An_answer_that_does_not_say_for_whom_is_refused()
    {
        await using var replier = await rocket.ConnectAsync();

        var answer = await replier.SendAsync(SendRequest.For(ReplyTopic, "x"), SendForm.ReplyV2);

        Assert.Equal((ResponseCode.SystemError, "reply message properties[REPLY_TO_CLIENT] is null"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_requester_that_refuses_the_answer_is_told_to_the_replier()
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket, _ => new RemotingCommand { Code = 1, Remark = "no" });
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync();

        var answer = await replier.SendAsync(Reply(requester.Id, "x"), SendForm.ReplyV2);

        Assert.Equal((ResponseCode.SystemError, $"push reply message to {requester.Id}fail."), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_requester_that_leaves_before_it_takes_the_answer_is_told_at_once()
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket);
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync();
        var sending = replier.SendAsync(Reply(requester.Id, "x"), SendForm.ReplyV2);
        await requester.AskedOnceAsync();

        requester.Connection.Abort();

        Assert.Equal($"push reply message to {requester.Id}fail.", (await sending.WaitAsync(TimeSpan.FromSeconds(5))).Remark);
    }

    [Fact]
    public async Task A_oneway_answer_is_pushed_and_not_answered()
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success());
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync();

        await replier.SendOnewayAsync(Reply(requester.Id, "x"), SendForm.ReplyV2);

        await requester.AskedOnceAsync();
        await replier.ClusterInfoAsync().Succeeded();
        Assert.False(replier.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task Of_two_clients_with_one_id_the_later_one_gets_the_answer()
    {
        var id = UniqueNames.ClientId();
        await using var earlier = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(), id: id);
        await earlier.JoinAsync();
        await using var later = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(), id: id);
        await later.JoinAsync();
        await using var replier = await rocket.ConnectAsync();

        await replier.SendAsync(Reply(id, "x"), SendForm.ReplyV2).Succeeded();

        Assert.Single(later.Asked);
        Assert.Empty(earlier.Asked);
    }

    [Fact]
    public async Task What_is_wrong_with_an_answer_is_told_before_it_is_pushed()
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success());
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync();
        var reply = Reply(requester.Id, "x");

        Assert.Equal(ResponseCode.TopicNotExist, (await replier.SendAsync(reply with { Topic = "NoSuchTopic" }, SendForm.ReplyV2)).Code);
        Assert.Equal(ResponseCode.NoPermission, (await replier.SendAsync(reply with { Topic = "SCHEDULE_TOPIC_XXXX" }, SendForm.ReplyV2)).Code);
        Assert.Equal(ResponseCode.SystemError, (await replier.SendAsync(reply with { QueueId = 1 }, SendForm.ReplyV2)).Code);
        Assert.Equal(ResponseCode.MessageIllegal, (await replier.SendAsync(reply with { Body = new byte[(4 << 20) + 1] }, SendForm.ReplyV2)).Code);
        Assert.Empty(requester.Asked);
    }

    /// <summary>An answer as a consumer builds it.</summary>
    internal static SendRequest Reply(string requesterId, ReadOnlyMemory<byte> body)
    {
        var reply = SendRequest.For(ReplyTopic, body);
        reply.Properties![PropertyName.MessageType] = "reply";
        reply.Properties[PropertyName.CorrelationId] = "corr-1";
        reply.Properties[PropertyName.ReplyToClient] = requesterId;
        reply.Properties[PropertyName.TimeToLive] = "3000";
        return reply with { ProducerGroup = "repliers", Flag = 7, BornTimestamp = 1_690_000_000_123 };
    }

    internal static SendRequest Reply(string requesterId, string body) => Reply(requesterId, Encoding.UTF8.GetBytes(body));

    /// <summary>Every field that a client reads in 326.</summary>
    internal static void AssertIsPushOf(SendRequest reply, RemotingCommand pushed, RemotingConnection replier)
    {
        var fields = pushed.Fields;
        Assert.Equal(
            ("repliers", ReplyTopic, "TBW102", "4", "0", "0", "1690000000123", "7", "0", "false"),
            (fields["producerGroup"], fields["topic"], fields["defaultTopic"], fields["defaultTopicQueueNums"], fields["queueId"], fields["sysFlag"],
                fields["bornTimestamp"], fields["flag"], fields["reconsumeTimes"], fields["unitMode"]));
        Assert.Equal(replier.LocalEndPoint.Port, HostPort.Parse(fields["bornHost"]).Port);
        Assert.Equal("127.0.0.1", HostPort.Parse(fields["storeHost"]).Host);
        Assert.True(long.Parse(fields["storeTimestamp"], CultureInfo.InvariantCulture) > 1_690_000_000_123);
        var properties = MessageProperties.Parse(fields["properties"]);
        foreach (var (name, value) in reply.Properties!)
        {
            Assert.Equal(value, properties[name]);
        }

        Assert.Equal(fields["storeTimestamp"], properties[PropertyName.PushReplyTime]);
        Assert.Equal(reply.Body.ToArray(), pushed.Body.ToArray());
    }
}
