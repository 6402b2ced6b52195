using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Tests.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Tests.Load;

/// <summary>
/// The few request codes that <c>load</c> and <c>check</c> use, answered from lists in memory, name server included. Its lists are open to the test,
/// so that it can lose, repeat and swap messages behind the client's back.
/// </summary>
internal sealed class MemoryBroker : IAsyncDisposable
{
    private const int QueueCount = 4;
    private const int MaxPull = 32;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly Lock _gate = new();

    public MemoryBroker()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Bodies by queue; a message's offset is its index, its physical offset that and the queue's id in the bits above.</summary>
    public List<byte[]>[] Queues { get; } = [.. Enumerable.Range(0, QueueCount).Select(_ => new List<byte[]>())];

    /// <summary>Added to every physical offset that a pull shows, not to those that sends were answered with.</summary>
    public long PhysicalOffsetShift { get; set; }

    public int TopicsCreated { get; private set; }

    /// <summary>Closes every connection at once; new ones are accepted.</summary>
    public void DropConnections()
    {
        lock (_gate)
        {
            _sockets.ForEach(socket => socket.Dispose());
            _sockets.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        DropConnections();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                lock (_gate)
                {
                    _sockets.Add(socket);
                }

                _ = ServeAsync(socket);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new ByteBuffer();
        try
        {
            while (await socket.ReceiveAsync(buffer.GetMemory(64 * 1024), SocketFlags.None) is > 0 and var count)
            {
                buffer.Advance(count);
                if (TakeAnswers(buffer) is { Length: > 0 } answers)
                {
                    await socket.SendAsync(answers.WrittenMemory, SocketFlags.None);
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The client is gone, or was dropped.
        }
    }

    private ByteBuffer TakeAnswers(ByteBuffer buffer)
    {
        var answers = new ByteBuffer();
        while (FrameDecoder.FrameLength(buffer.Written) is > 0 and var length && length <= buffer.Length)
        {
            var request = FrameDecoder.Decode(buffer.Written[..length]);
            buffer.Drop(length);
            RemotingCommand answer;
            lock (_gate)
            {
                answer = Answer(request);
            }

            if (!request.IsOneway)
            {
                FrameEncoder.Write(answers, answer with { Opaque = request.Opaque, Flag = 1, SerializeType = request.SerializeType });
            }
        }

        return answers;
    }

    private RemotingCommand Answer(RemotingCommand request)
    {
        switch (request.Code)
        {
            case RequestCode.GetRouteInfoByTopic:
                return Success() with { Body = Encoding.UTF8.GetBytes(Route()) };
            case RequestCode.UpdateAndCreateTopic:
                TopicsCreated++;
                return Success();
            case RequestCode.HeartBeat:
                return Success();
            case RequestCode.GetMinOffset:
                return Success(new HeaderFields { { "offset", 0 } });
            case RequestCode.GetMaxOffset:
                return Success(new HeaderFields { { "offset", Queues[Number(request, "queueId")].Count } });
            case RequestCode.SendMessageV2:
                return Append(Number(request, "e"), [request.Body.ToArray()]);
            case RequestCode.SendBatchMessage:
                return Append(Number(request, "e"), BatchBodies(request.Body.ToArray()));
            case RequestCode.PullMessage:
                return Pull(request);
            default:
                return new RemotingCommand { Code = ResponseCode.RequestCodeNotSupported };
        }
    }

    private RemotingCommand Append(int queueId, IReadOnlyList<byte[]> bodies)
    {
        var queue = Queues[queueId];
        var first = queue.Count;
        queue.AddRange(bodies);
        return Success(new HeaderFields
        {
            { "msgId", string.Join(',', bodies.Select((_, index) => $"7F00000100002A9F{Physical(queueId, first + index):X16}")) },
            { "queueId", queueId },
            { "queueOffset", first },
        });
    }

    private RemotingCommand Pull(RemotingCommand request)
    {
        var queueId = Number(request, "queueId");
        var offset = Number(request, "queueOffset");
        var queue = Queues[queueId];
        var found = queue.Skip(offset).Take(MaxPull)
            .Select((body, index) => StoredRecord.Write(
                1, false, body, "T", "", queueId: queueId, queueOffset: offset + index, physicalOffset: Physical(queueId, offset + index) + PhysicalOffsetShift))
            .ToArray();
        return Success(new HeaderFields
        {
            { "suggestWhichBrokerId", 0 }, { "nextBeginOffset", offset + found.Length }, { "minOffset", 0 }, { "maxOffset", queue.Count },
        }) with
        {
            Code = found.Length == 0 ? ResponseCode.PullNotFound : ResponseCode.Success,
            Body = found.SelectMany(record => record).ToArray(),
        };
    }

    private string Route() =>
        $$$"""{"brokerDatas":[{"brokerAddrs":{"0":"{{{Address}}}"},"brokerName":"m","cluster":"c"}],"queueDatas":["""
        + $$$"""{"brokerName":"m","perm":6,"readQueueNums":{{{QueueCount}}},"topicSysFlag":0,"writeQueueNums":{{{QueueCount}}}}]}""";

    private static List<byte[]> BatchBodies(byte[] batch)
    {
        List<byte[]> bodies = [];
        for (var at = 0; at < batch.Length; at += BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(at)))
        {
            bodies.Add(batch.AsSpan(at + 20, BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(at + 16))).ToArray());
        }

        return bodies;
    }

    private static long Physical(int queueId, long offset) => ((long)queueId << 40) | (offset * 100);

    private static int Number(RemotingCommand request, string name) => int.Parse(request.Fields[name], CultureInfo.InvariantCulture);

    private static RemotingCommand Success(HeaderFields? fields = null) => new() { Code = ResponseCode.Success, Fields = fields ?? [] };
}
