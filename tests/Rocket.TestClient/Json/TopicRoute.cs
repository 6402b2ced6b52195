using System.Globalization;
using System.Text.Json;

namespace Rocket.TestClient.Json;

/// <summary>Where the brokers of a topic are, and how many queues each has (body of code 105).</summary>
public sealed record TopicRoute(IReadOnlyList<BrokerData> Brokers, IReadOnlyList<QueueData> Queues, string? OrderTopicConf, bool IsStandardJson)
{
    internal static TopicRoute Parse(ReadOnlyMemory<byte> body)
    {
        var json = ProtocolJson.Parse(body);
        return new TopicRoute(
            [.. json.Root.Items("brokerDatas").Select(BrokerData.Parse)],
            [.. json.Root.Items("queueDatas").Select(QueueData.Parse)],
            json.Root.OptionalText("orderTopicConf"),
            json.IsStandard);
    }

    /// <summary>Address of the master (broker id 0) of a broker name, or null when it has none.</summary>
    public string? MasterOf(string brokerName) =>
        Brokers.FirstOrDefault(broker => broker.BrokerName == brokerName)?.Addresses.GetValueOrDefault(0);

    /// <summary>Queues that a producer sends to: writable ones of brokers with a master, in the order of broker name and queue id.</summary>
    public IReadOnlyList<MessageQueue> PublishQueues(string topic) =>
        [
            .. from queues in Queues
               where queues.IsWritable && MasterOf(queues.BrokerName) is not null
               orderby queues.BrokerName
               from id in Enumerable.Range(0, queues.WriteQueueNums)
               select new MessageQueue(topic, queues.BrokerName, id),
        ];

    /// <summary>Queues that a consumer reads, in the order of broker name and queue id.</summary>
    public IReadOnlyList<MessageQueue> SubscribeQueues(string topic) =>
        [
            .. from queues in Queues
               where queues.IsReadable
               orderby queues.BrokerName
               from id in Enumerable.Range(0, queues.ReadQueueNums)
               select new MessageQueue(topic, queues.BrokerName, id),
        ];
}

/// <summary>The addresses of one broker name by broker id; 0 is the master.</summary>
public sealed record BrokerData(string Cluster, string BrokerName, IReadOnlyDictionary<long, string> Addresses)
{
    internal static BrokerData Parse(JsonElement json) =>
        new(
            json.Text("cluster"),
            json.Text("brokerName"),
            json.Entries("brokerAddrs").ToDictionary(entry => long.Parse(entry.Name, CultureInfo.InvariantCulture), entry => entry.Value.GetString()!));
}

/// <summary>How many queues of a topic one broker has. Perm bits: 2 write, 4 read.</summary>
public sealed record QueueData(string BrokerName, int ReadQueueNums, int WriteQueueNums, int Perm, int TopicSysFlag)
{
    public bool IsWritable => (Perm & 2) != 0;

    public bool IsReadable => (Perm & 4) != 0;

    internal static QueueData Parse(JsonElement json) =>
        new(json.Text("brokerName"), json.Number("readQueueNums"), json.Number("writeQueueNums"), json.Number("perm"), json.Number("topicSysFlag"));
}
