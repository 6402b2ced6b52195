using System.IO.Compression;
using System.Net;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>What a send that is taken stores, and what it is answered, in each of its forms.</summary>
[Collection(SendingCollection.Name)]
public sealed class SendFormTests(SendingRocket rocket)
{
    [Theory]
    [InlineData(SendForm.V1, SerializeType.Json)]
    [InlineData(SendForm.V1, SerializeType.RocketMq)]
    [InlineData(SendForm.V2, SerializeType.Json)]
    [InlineData(SendForm.V2, SerializeType.RocketMq)]
    public async Task Every_field_of_a_send_is_in_the_message_that_a_consumer_gets(SendForm form, SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync(queues: 4);
        await using var client = await rocket.ConnectAsync(type);
        var born = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 12_345;
        var request = SendRequest.For(topic, "Hello Rocket, 你好", tags: "TagA", keys: "k1 k2", queueId: 3) with
        {
            Flag = 0x1234_5678,
            SysFlag = SystemFlag.MultiTags,
            BornTimestamp = born,
            ReconsumeTimes = 2,
            BrokerName = "broker-a",
        };
        request.Properties!["订单"] = "a = b";

        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var answer = await client.SendAsync(request, form).Succeeded();
        var after = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        var stored = await client.ReadOneAsync(topic, queueId: 3, offset: 0);
        Assert.Equal(1, stored.Version);
        Assert.Equal(topic, stored.Topic);
        Assert.Equal(3, stored.QueueId);
        Assert.Equal(0, stored.QueueOffset);
        Assert.Equal("Hello Rocket, 你好", Encoding.UTF8.GetString(stored.Body.Span));
        Assert.True(stored.BodyCrcMatches);
        Assert.Equal(0x1234_5678, stored.Flag);
        Assert.Equal(SystemFlag.MultiTags, stored.SystemFlag);
        Assert.Equal(born, stored.BornTimestamp);
        Assert.Equal(client.LocalEndPoint.Port, stored.BornHost.Port);
        Assert.Equal(IPAddress.Loopback, stored.BornHost.Address);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, rocket.Rocket.BrokerPort), stored.StoreHost);
        Assert.InRange(stored.StoreTimestamp, before, after);
        Assert.Equal(2, stored.ReconsumeTimes);
        Assert.Equal(0, stored.PreparedTransactionOffset);
        Assert.Equal(answer.OffsetMessageIds.Single(), stored.OffsetMessageId);

        request.Properties[PropertyName.Wait] = null;
        request.Properties[PropertyName.Cluster] = "DefaultCluster";
        Assert.Equal(request.Properties.OrderBy(pair => pair.Key), stored.Properties.OrderBy(pair => pair.Key));
        Assert.False(stored.PropertyText.EndsWith(MessageProperties.PairMark));
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task A_good_send_is_answered_with_five_fields_in_the_encoding_of_the_request(SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync(type);
        await client.SendAsync(SendRequest.For(topic, "first", queueId: 1)).Succeeded();

        var answer = await client.SendAsync(SendRequest.For(topic, "second", queueId: 1)).Succeeded();

        Assert.Equal(type, answer.Command.SerializeType);
        Assert.Equal(RemotingCommand.ResponseFlag, answer.Command.Flag);
        Assert.Equal(0, answer.Body.Length);
        Assert.Equal(["MSG_REGION", "TRACE_ON", "msgId", "queueId", "queueOffset"], answer.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("DefaultRegion", answer.Region);
        Assert.Equal("true", answer.TraceOn);
        Assert.Equal(1, answer.QueueId);
        Assert.Equal(1, answer.QueueOffset);
        Assert.Equal(32, answer.MessageId.Length);
    }

    [Fact]
    public async Task One_connection_may_change_its_encoding_from_request_to_request()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var type in new[] { SerializeType.Json, SerializeType.RocketMq, SerializeType.Json })
        {
            var answer = await client.InvokeAsync(SendRequest.For(topic, "x").ToCommand() with { SerializeType = type });
            Assert.Equal(0, answer.Code);
            Assert.Equal(type, answer.SerializeType);
        }
    }

    [Fact]
    public async Task The_id_in_the_answer_leads_to_the_broker_and_to_the_message()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        foreach (var queueId in new[] { 0, 1, 1, 0 })
        {
            var request = SendRequest.For(topic, $"to queue {queueId}", queueId: queueId);
            var id = (await client.SendAsync(request).Succeeded()).OffsetMessageIds.Single();

            await using var named = await TestClient.Connections.RemotingConnection.ConnectAsync(id.StoreHost.ToString());
            var viewed = (await named.ViewAsync(id.PhysicalOffset).Succeeded()).Messages.Single();

            Assert.Equal(id.PhysicalOffset, viewed.PhysicalOffset);
            Assert.Equal(request.Properties!.UniqueKey, viewed.Properties.UniqueKey);
            Assert.Equal(queueId, viewed.QueueId);
        }
    }

    [Fact]
    public async Task A_compressed_body_is_stored_as_it_came()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(new byte[10_000]);
        }

        await client.SendAsync(SendRequest.For(topic, packed.ToArray()) with { SysFlag = SystemFlag.Compressed | SystemFlag.CompressionZlib }).Succeeded();

        var stored = await client.ReadOneAsync(topic, 0, 0);
        Assert.Equal(SystemFlag.Compressed | SystemFlag.CompressionZlib, stored.SystemFlag);
        Assert.Equal(packed.ToArray(), stored.Body.ToArray());
        Assert.Equal(new byte[10_000], stored.Content());
    }

    [Fact]
    public async Task Host_bits_that_a_client_sets_do_not_lie_about_the_addresses()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For(topic, "v4") with { SysFlag = SystemFlag.BornHostV6 | SystemFlag.StoreHostV6 }).Succeeded();

        var stored = await client.ReadOneAsync(topic, 0, 0);
        Assert.Equal(0, stored.SystemFlag);
        Assert.Equal(client.LocalEndPoint.Port, stored.BornHost.Port);
    }

    [Fact]
    public async Task An_empty_body_and_no_properties_are_a_message_too()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(new SendRequest { Topic = topic }).Succeeded();

        var stored = await client.ReadOneAsync(topic, 0, 0);
        Assert.Equal(0, stored.Body.Length);
        Assert.Equal("DefaultCluster", Assert.Single(stored.Properties).Value);
        Assert.Equal(stored.OffsetMessageId.ToString(), stored.MessageId);
    }

    [Theory]
    [InlineData("A\u0001x\u0002")]
    [InlineData("A\u0001x")]
    public async Task Properties_are_read_with_and_without_a_separator_at_their_end(string properties)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var command = new SendRequest { Topic = topic }.ToCommand();
        command.Fields["i"] = properties;

        Assert.Equal(0, (await client.InvokeAsync(command)).Code);

        var stored = await client.ReadOneAsync(topic, 0, 0);
        Assert.Equal("x", stored.Properties["A"]);
        Assert.Equal("DefaultCluster", stored.Properties[PropertyName.Cluster]);
        Assert.Equal(2, stored.Properties.Count);
    }

    [Fact]
    public async Task A_body_of_4_MiB_is_taken_and_comes_back_whole()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var body = new byte[4 * 1024 * 1024];
        new Random(42).NextBytes(body);

        await client.SendAsync(SendRequest.For(topic, body)).Succeeded();

        var stored = await client.ReadOneAsync(topic, 0, 0);
        Assert.True(stored.Body.Span.SequenceEqual(body));
        Assert.True(stored.BodyCrcMatches);
    }
}
