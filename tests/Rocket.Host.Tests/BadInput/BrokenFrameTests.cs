using System.Buffers.Binary;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Bytes that are no frame: their connection is closed, with one line for the operator, and nobody else notices.</summary>
[Collection(HostileCollection.Name)]
public sealed class BrokenFrameTests(HostileRocket rocket)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static TheoryData<string, byte[]> Violations => new()
    {
        { "length 0", new byte[8] },
        { "length 1", RawFrames.Frame(1, 0, 0, new byte[100]) },
        { "length 3", RawFrames.Frame(3, 0, 0, new byte[100]) },
        { "length -1", RawFrames.Frame(-1, 0, 10, new byte[100]) },
        { "the least length", RawFrames.Frame(int.MinValue, 0, 10, new byte[100]) },
        { "the greatest length", RawFrames.Frame(int.MaxValue, 0, 10, new byte[100]) },
        { "a frame one byte above the limit", RawFrames.Frame(HostileRocket.MaxFrameBytes + 1, 0, 10, new byte[100]) },
        { "a header one byte above the limit", RawFrames.Frame(200_000, 0, HostileRocket.MaxHeaderBytes + 1, new byte[100]) },
        { "the greatest header", RawFrames.Frame(200_000, 0, 0xFFFFFF, new byte[100]) },
        { "a header beyond its frame", RawFrames.Frame(104, 0, 101, new byte[100]) },
        { "a header far beyond its frame", RawFrames.Frame(20, 0, 40_000, new byte[100]) },
        { "an encoding that nobody knows", RawFrames.Frame(104, 2, 50, new byte[100]) },
        { "another one", RawFrames.Frame(104, 255, 50, new byte[100]) },
        { "no header, JSON", RawFrames.Frame(4, 0, 0, []) },
        { "no header, binary", RawFrames.Frame(4, 1, 0, []) },
        { "no header but a body", RawFrames.Frame(14, 0, 0, new byte[10]) },
        { "a header that says one byte too few", Lie(-1) },
        { "a header that says one byte too many", Lie(1) },
        { "a header that says half", Lie(-80) },
        { "HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray() },
        { "TLS", Convert.FromHexString("16030100C8010000C40303") },
        { "a PROXY header", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n"u8.ToArray() },
        { "JSON that is none", RawFrames.Json("{code:310") },
        { "a JSON array", RawFrames.Json("[1,2,3]") },
        { "a JSON number", RawFrames.Json("310") },
        { "JSON null", RawFrames.Json("null") },
        { "bytes that are no UTF-8", RawFrames.Frame(4 + 20, 0, 20, Enumerable.Repeat((byte)0xFF, 20).ToArray()) },
        { "two JSON values", RawFrames.Json("{\"code\":105}{\"code\":105}") },
        { "deep JSON", RawFrames.Json("{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}") },
        { "a code that is text", RawFrames.Json("{\"code\":\"many\",\"opaque\":1,\"flag\":0}") },
        { "a code that is an object", RawFrames.Json("{\"code\":{},\"opaque\":1,\"flag\":0}") },
        { "a code above 32 bits", RawFrames.Json("{\"code\":99999999999,\"opaque\":1,\"flag\":0}") },
        { "an opaque that is an array", RawFrames.Json("{\"code\":105,\"opaque\":[],\"flag\":0}") },
        { "extFields that are an array", RawFrames.SendWithFields("[\"a\",\"b\"]") },
        { "extFields that are text", RawFrames.SendWithFields("\"a=b\"") },
        { "extFields that are a number", RawFrames.SendWithFields("7") },
        { "an object in extFields", RawFrames.SendWithFields("{\"b\":{\"c\":\"d\"}}") },
        { "an array in extFields", RawFrames.SendWithFields("{\"b\":[1]}") },
        { "thousands of extFields", RawFrames.SendWithFields("{" + string.Join(',', Enumerable.Range(0, 3000).Select(i => $"\"f{i}\":\"1\"")) + "}") },
        { "a binary header that is cut", RawFrames.Binary(BinaryHeader().AsSpan(0, 10)) },
        { "a binary remark beyond the header", RawFrames.Binary(WithInt(13, 1000)) },
        { "a negative binary remark", RawFrames.Binary(WithInt(13, -1)) },
        { "binary fields beyond the header", RawFrames.Binary(WithInt(17, 1000)) },
        { "negative binary fields", RawFrames.Binary(WithInt(17, -5)) },
        { "the greatest binary fields", RawFrames.Binary(WithInt(17, int.MaxValue)) },
        { "a binary field name beyond the fields", RawFrames.Binary(WithInt(21, 0x7FFF_0000)) },
        { "a negative binary field name", RawFrames.Binary(WithInt(21, unchecked((int)0xFFFF_0000))) },
        { "a binary field value beyond the fields", RawFrames.Binary(WithInt(28, 1000)) },
        { "a negative binary field value", RawFrames.Binary(WithInt(28, -1)) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task It_closes_its_connection_and_no_other(string what, byte[] bytes)
    {
        foreach (var port in new[] { rocket.Rocket.BrokerPort, rocket.Rocket.NameServerPort })
        {
            var outputBefore = rocket.Rocket.Output.Length;
            await using var client = await RemotingConnection.ConnectAsync("127.0.0.1", port);

            // Behind a header that is too long a frame must not be read as the next one.
            await SendWhileOpenAsync(client, [.. bytes, .. RawFrames.Json("{\"code\":106,\"opaque\":77,\"flag\":0}")]);

            await client.WaitForCloseAsync(Soon);
            Assert.False(client.StrayAnswers.TryRead(out var answer), $"{what}: {answer}");
            await AssertOneLineAboutAsync(client, outputBefore);
        }

        await rocket.AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task A_frame_that_is_cut_anywhere_stores_nothing(SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync();
        var frame = RawFrames.Send(topic, type);
        for (var length = 1; length < frame.Length; length += length < 40 ? 1 : 17)
        {
            await using var client = await rocket.ConnectAsync();
            await client.SendRawAsync(frame.AsMemory(0, length));
            if (length % 2 == 0)
            {
                client.ShutdownSend();
                await client.WaitForCloseAsync(Soon);
                Assert.False(client.StrayAnswers.TryRead(out _));
            }
            else
            {
                client.Abort();
            }
        }

        await using var reader = await rocket.ConnectAsync();
        Assert.Equal(0, (await reader.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        await rocket.AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task A_frame_that_arrives_byte_by_byte_is_served(SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var value in RawFrames.Send(topic, type))
        {
            await client.SendRawAsync(new[] { value });
        }

        var answer = await client.StrayAnswers.ReadAsync().AsTask().WaitAsync(Soon);
        Assert.Equal((7, ResponseCode.Success), (answer.Opaque, answer.Code));
    }

    [Fact]
    public async Task The_greatest_header_and_frame_are_served()
    {
        await using var client = await rocket.ConnectAsync();
        var header = "{\"code\":106,\"opaque\":5,\"flag\":0,\"remark\":\"REST\"}";
        header = header.Replace("REST", new string('r', HostileRocket.MaxHeaderBytes - header.Length + 4), StringComparison.Ordinal);
        var body = new byte[HostileRocket.MaxFrameBytes - 4 - HostileRocket.MaxHeaderBytes];

        await client.SendRawAsync(RawFrames.Json(header, body));

        Assert.Equal(ResponseCode.Success, (await client.StrayAnswers.ReadAsync().AsTask().WaitAsync(Soon)).Code);
    }

    [Fact]
    public async Task Good_frames_before_a_broken_one_are_served()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var good = RawFrames.Send(topic, SerializeType.Json);

        await client.SendRawAsync((byte[])[.. good, .. good, .. good, .. new byte[8]]);

        await client.WaitForCloseAsync(Soon);
        await using var reader = await rocket.ConnectAsync();
        await Eventually.HoldsAsync(async () => (await reader.MaxOffsetAsync(topic, 0).Succeeded()).Offset == 3);
    }

    [Fact]
    public async Task Random_bytes_do_no_harm()
    {
        var random = new Random(20261122);
        for (var i = 0; i < 200; i++)
        {
            await using var client = await rocket.ConnectAsync();
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // A prefix that is believed, so that the rest is looked at.
                var total = random.Next(4, bytes.Length + 4);
                bytes = RawFrames.Frame(total, (byte)(i / 2 % 2), random.Next(0, total - 3), bytes);
            }

            await SendWhileOpenAsync(client, bytes);
            client.ShutdownSend();
            await client.WaitForCloseAsync(Soon);
        }

        await rocket.AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Good_frames_with_flipped_bytes_do_no_harm(SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync();
        var random = new Random(42);
        for (var i = 0; i < 200; i++)
        {
            await using var client = await rocket.ConnectAsync();
            var frame = RawFrames.Send(topic, type);
            for (var flips = random.Next(1, 5); flips > 0; flips--)
            {
                frame[random.Next(8, frame.Length)] ^= (byte)(1 << random.Next(8));
            }

            await SendWhileOpenAsync(client, frame);
            client.ShutdownSend();
            await client.WaitForCloseAsync(Soon);
        }

        await rocket.AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task Frames_that_are_announced_and_never_come_cost_no_memory()
    {
        await rocket.AssertOthersAreServedAsync();
        var before = rocket.Rocket.Run.WorkingSet;
        var clients = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => rocket.ConnectAsync()));
        foreach (var client in clients)
        {
            await client.SendRawAsync(RawFrames.Frame(HostileRocket.MaxFrameBytes, 0, HostileRocket.MaxHeaderBytes, new byte[100]));
        }

        await rocket.AssertOthersAreServedAsync();

        // 400 such frames would be 200 MiB.
        Assert.InRange(rocket.Rocket.Run.WorkingSet - before, long.MinValue, 100L * 1024 * 1024);
        foreach (var client in clients)
        {
            client.Abort();
        }
    }

    /// <summary>The node may close the connection in the middle of it.</summary>
    private static async Task SendWhileOpenAsync(RemotingConnection client, byte[] bytes)
    {
        try
        {
            await client.SendRawAsync(bytes);
        }
        catch (RemotingConnectionClosedException)
        {
            // It did.
        }
    }

    /// <summary>An earlier client, of the other port, may have had the same address.</summary>
    private async Task AssertOneLineAboutAsync(RemotingConnection client, int outputBefore)
    {
        var remote = $"127.0.0.1:{client.LocalEndPoint.Port} ";
        await Eventually.HoldsAsync(() => rocket.Rocket.Output[outputBefore..].Contains(remote, StringComparison.Ordinal), Soon, () => rocket.Rocket.Output[outputBefore..]);
        Assert.Single(rocket.Rocket.Output[outputBefore..].Split('\n'), line => line.Contains(remote, StringComparison.Ordinal));
    }

    /// <summary>A good frame but for the length of its header.</summary>
    private static byte[] Lie(int difference)
    {
        var frame = RawFrames.Send("Topic", SerializeType.Json);
        var length = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)) & 0xFFFFFF;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), length + difference);
        return frame;
    }

    /// <summary>106 with one field: name at 21, value length at 28.</summary>
    private static byte[] BinaryHeader()
    {
        var frame = FrameEncoder.ToArray(
            new RemotingCommand { Code = RequestCode.GetBrokerClusterInfo, Fields = new HeaderFields { { "topic", "T" } } }, SerializeType.RocketMq);
        return frame[8..];
    }

    private static byte[] WithInt(int at, int value)
    {
        var header = BinaryHeader();
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(at), value);
        return header;
    }
}
