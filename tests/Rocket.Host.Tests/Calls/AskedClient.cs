using System.Collections.Concurrent;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Calls;

/// <summary>A client that the server asks things. It is a producer and, where it has joined a group, a consumer, as a Java client is both.</summary>
internal sealed class AskedClient : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<RemotingCommand> _asked = new();

    private AskedClient(string id) => Id = id;

    public string Id { get; }

    public RemotingConnection Connection { get; private set; } = null!;

    /// <summary>All that the server asked, but for notices of changed groups.</summary>
    public IReadOnlyCollection<RemotingCommand> Asked => _asked;

    /// <summary>What it says in its headers.</summary>
    public LanguageCode Language { get; init; } = LanguageCode.Java;

    public int Version { get; init; } = RemotingCommand.DefaultVersion;

    /// <summary>Connects; what it is asked is answered by <paramref name="answer"/>, null: not at all.</summary>
    public static async Task<AskedClient> ConnectAsync(
        IRunningNode node,
        Func<RemotingCommand, RemotingCommand?>? answer = null,
        SerializeType type = SerializeType.Json,
        string? id = null,
        LanguageCode language = LanguageCode.Java,
        int version = RemotingCommand.DefaultVersion)
    {
        var client = new AskedClient(id ?? UniqueNames.ClientId()) { Language = language, Version = version };
        client.Connection = await RemotingConnection.ConnectAsync(
            node.Place.Host,
            node.BrokerPort,
            new RemotingConnectionOptions
            {
                SerializeType = type,
                OnServerRequest = request =>
                {
                    if (request.Code == RequestCode.NotifyConsumerIdsChanged)
                    {
                        return null;
                    }

                    client._asked.Enqueue(request);
                    return answer?.Invoke(request);
                },
            });
        return client;
    }

    /// <summary>An answer of code 0.</summary>
    public static RemotingCommand Success(ReadOnlyMemory<byte> body = default) => new() { Code = ResponseCode.Success, Body = body };

    /// <summary>Sends a heartbeat: a producer, and a consumer of a topic in a group.</summary>
    public async Task JoinAsync(string? group = null, string? topic = null, string producerGroup = "askers") =>
        new Answer(await Connection.InvokeAsync(new RemotingCommand
        {
            Code = RequestCode.HeartBeat,
            Language = Language,
            Version = Version,
            Body = new Heartbeat(Id)
            {
                ProducerGroups = [producerGroup],
                Consumers = group is null ? [] : [new ConsumerData(group, [SubscriptionData.ForTags(topic!), SubscriptionData.ForTags("%RETRY%" + group)])],
            }.ToJson(),
        })).Succeeded();

    /// <summary>The one request that the server has sent, or sends soon.</summary>
    public async Task<RemotingCommand> AskedOnceAsync()
    {
        await Eventually.HoldsAsync(() => !_asked.IsEmpty);
        return _asked.Single();
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
