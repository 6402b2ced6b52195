using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Routing;
using Rocket.Actors.Topics;

namespace Rocket.Host.Gateway.Copies;

/// <summary>
/// When requests are answered from this node's copy of a broker: its master is gone, or <c>slave-read-enable</c> is on and it is a pull. Whatever is answered
/// is visible at every node in sync; and where the copy may lack something, the answer lets a client read too much twice, never skip a message.
/// </summary>
internal sealed class CopyReads(GatewayEnvironment environment)
{
    /// <summary>Pulls that wait for messages of copies.</summary>
    public HeldCopyPulls Held { get; } = new(environment);

    /// <summary>Which readers are better off with a copy.</summary>
    public SlowReaders SlowReaders { get; } = new(environment.Node.Routes, SlowReaders.MemoryBytes);

    /// <summary>Answers a request whose broker is not led here from the copy. False: it goes the way of others.</summary>
    public bool TryAnswer(in GatewayRequest request, IRequestHandler handler) =>
        handler is ICopyReader reader
        && !request.Connection.IsForwarded
        && !environment.IsStopping
        && request.Connection.Listener.Broker is { } broker
        && MayRead(broker, reader.ReadsBesideMaster)
        && reader.TryAnswerFromCopy(request, broker);

    /// <summary>Whether the copy of a broker is open, and nobody better can be asked.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="besideMaster">Whether it may be read while its master is known.</param>
    public bool MayRead(BrokerContext broker, bool besideMaster) =>
        !broker.Directory.IsLeading
        && broker.Copies.TryGet(DataFolders.Metadata, out _)
        && ((besideMaster && broker.Settings.SlaveReadEnable) || environment.Leaders.LinkToLeaderOf(broker) is null);

    /// <summary>Whether the copy lacks nothing that was confirmed, as far as this node knows.</summary>
    public bool IsInSync(BrokerContext broker) =>
        environment.Node.Placements.TryGet(broker.Settings.Name, out var placement)
        && placement is not null
        && placement.InSync.Contains(environment.Node.Settings.NodeName);

    /// <summary>A queue's copy; null: it is not open here.</summary>
    public static IReadableQueue? Find(BrokerContext broker, string topic, int queueId) =>
        queueId >= 0 && broker.Copies.TryGet(new QueueId(topic, queueId).Folder, out var copy) ? copy : null;

    /// <summary>A topic as the broker's master has published it; null: it has not.</summary>
    public TopicConfig? TopicOf(BrokerContext broker, ReadOnlySpan<char> topic)
    {
        if (environment.Node.Routes.Current.TryGetRoute(topic, out var route))
        {
            foreach (var share in route.Queues)
            {
                if (share.Broker.BrokerName == broker.Settings.Name)
                {
                    return share.Config;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a queue of which there is no copy has no messages: a queue has no log before its first message, and one that is visible is here too.
    /// </summary>
    public bool IsEmpty(BrokerContext broker, string topic, int queueId) =>
        queueId >= 0
        && IsInSync(broker)
        && TopicOf(broker, topic) is { } config
        && queueId < Math.Max(config.ReadQueueNums, config.WriteQueueNums)
        && !broker.Copies.TryGet(new QueueId(topic, queueId).Folder, out _);
}
