using System.Text;
using CsCheck;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>User properties of any legal shape come back as they were sent, in their order, by pull, by id and by key.</summary>
[Collection(SendingCollection.Name)]
public sealed class PropertyRoundTripTests(SendingRocket rocket)
{
    private const int GreatestBytes = 32_767;

    /// <summary>What the broker adds, or takes out since it is an order to it; and what makes a message another kind of message.</summary>
    private static readonly HashSet<string> Meaningful = ["CLUSTER", "WAIT", "DELAY", "TRAN_MSG", "UNIQ_KEY", "KEYS", "TAGS"];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 20],
        Gen.String[Gen.Char[' ', '~'], 1, 40],
        Gen.String[Gen.OneOf(Gen.Char['\u0003', '\u001F'], Gen.Char['à', 'ÿ'], Gen.Char['一', '龥'], Gen.Char['\uE000', '\uFFFD']), 1, 40],
        Gen.OneOf("😀", "订单", "\"", "\\", "{}", "a=b&c", "\u007F", " ", "\t", "null"),
        Gen.String[Gen.Char.AlphaNumeric, 500, 1000]);

    private static readonly Gen<MessageProperties> Properties = Gen.Select(Text, Text).Array[0, 30].Select(pairs =>
    {
        MessageProperties properties = [];
        foreach (var (name, value) in pairs.Where(pair => !Meaningful.Contains(pair.Item1)))
        {
            properties[name] = value;
        }

        return properties;
    });

    [Theory]
    [InlineData(SendForm.V1, SerializeType.Json)]
    [InlineData(SendForm.V2, SerializeType.Json)]
    [InlineData(SendForm.V2, SerializeType.RocketMq)]
    public async Task They_come_back_as_they_were_sent(SendForm form, SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync(type);
        await Properties.SampleAsync(properties => RoundTripAsync(client, topic, properties, form), iter: 200, threads: 1);
    }

    [Fact]
    public async Task As_many_as_fit_come_back_too()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        MessageProperties properties = [];

        // The broker's own CLUSTER has to fit beside them, and the marks between.
        for (var i = 0; Encoding.UTF8.GetByteCount(properties.ToString()) < GreatestBytes - 200; i++)
        {
            properties[$"property-{i}"] = $"value {i}";
        }

        await RoundTripAsync(client, topic, properties, SendForm.V2);
    }

    private static async Task RoundTripAsync(RemotingConnection client, string topic, MessageProperties properties, SendForm form)
    {
        var key = UniqueKeys.Shared.Next();
        MessageProperties sent = [];
        sent[PropertyName.UniqueKey] = key;
        foreach (var (name, value) in properties)
        {
            sent[name] = value;
        }

        var answer = await client.SendAsync(new SendRequest { Topic = topic, Body = "x"u8.ToArray(), Properties = sent }, form).Succeeded();

        var id = answer.OffsetMessageIds.Single();
        StoredMessage[] found =
        [
            await client.ReadOneAsync(topic, 0, answer.QueueOffset),
            Assert.Single((await client.ViewAsync(id.PhysicalOffset).Succeeded()).Messages),
            Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(topic, key) { MaxNum = 1, UniqueKeyQuery = true }).Succeeded()).Messages),
        ];
        foreach (var message in found)
        {
            Assert.Equal(sent.ToList(), message.Properties.Where(pair => pair.Key != PropertyName.Cluster).ToList());
        }
    }
}
