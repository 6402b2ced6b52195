using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rocket.Actors.Routing;

/// <summary>
/// The bodies of codes 105 and 106 as every client reads them: members in alphabetical order, broker ids as quoted keys, and no blank
/// anywhere, since the Go client cuts brokerAddrs out of the text by hand.
/// </summary>
internal static class RouteJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"brokerDatas":[…],"filterServerTable":{},"queueDatas":[…]}</c></summary>
    public static byte[] TopicRoute(TopicRoute route)
    {
        var output = new ArrayBufferWriter<byte>(256 + (160 * route.Queues.Length));
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("brokerDatas"u8);
            foreach (TopicQueues queues in route.Queues)
                WriteBroker(json, queues.Broker);
            json.WriteEndArray();
            json.WriteStartObject("filterServerTable"u8);
            json.WriteEndObject();
            json.WriteStartArray("queueDatas"u8);
            foreach (TopicQueues queues in route.Queues)
            {
                json.WriteStartObject();
                json.WriteString("brokerName"u8, queues.Broker.BrokerName);
                json.WriteNumber("perm"u8, queues.Config.Perm);
                json.WriteNumber("readQueueNums"u8, queues.Config.ReadQueueNums);
                json.WriteNumber("topicSysFlag"u8, queues.Config.TopicSysFlag);
                json.WriteNumber("writeQueueNums"u8, queues.Config.WriteQueueNums);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary><c>{"brokerAddrTable":{name:BrokerData,…},"clusterAddrTable":{cluster:[name,…],…}}</c></summary>
    public static byte[] ClusterInfo(IEnumerable<BrokerRoute> brokersByName)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("brokerAddrTable"u8);
            var clusters = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (BrokerRoute broker in brokersByName)
            {
                json.WritePropertyName(broker.BrokerName);
                WriteBroker(json, broker);
                if (!clusters.TryGetValue(broker.Cluster, out List<string>? names))
                    clusters.Add(broker.Cluster, names = []);
                names.Add(broker.BrokerName);
            }

            json.WriteEndObject();
            json.WriteStartObject("clusterAddrTable"u8);
            foreach ((string cluster, List<string> names) in clusters)
            {
                json.WriteStartArray(cluster);
                foreach (string name in names)
                    json.WriteStringValue(name);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteBroker(Utf8JsonWriter json, BrokerRoute broker)
    {
        json.WriteStartObject();
        json.WriteStartObject("brokerAddrs"u8);
        foreach ((int id, string address) in broker.Addresses)
            json.WriteString(id.ToString(CultureInfo.InvariantCulture), address);
        json.WriteEndObject();
        json.WriteString("brokerName"u8, broker.BrokerName);
        json.WriteString("cluster"u8, broker.Cluster);
        json.WriteEndObject();
    }
}
