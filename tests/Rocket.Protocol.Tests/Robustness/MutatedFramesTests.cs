using System.Buffers;
using System.Globalization;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Protocol.Tests.Robustness;

/// <summary>
/// Whatever arrives is read, answered with an error, or refused with <see cref="ProtocolViolationException"/>; nothing else, and nothing
/// stays behind. Set ROCKET_FUZZ_SEED to repeat a run.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class MutatedFramesTests(ITestOutputHelper output)
{
    private const int Count = 1_000_000;

    /// <summary>Far less than a byte for each frame.</summary>
    private const long MostBytesKept = 512 * 1024;

    private readonly CommandHeader _header = new();
    private int _refused;
    private int _incomplete;
    private int _read;

    [Fact]
    public void A_million_mutated_frames_neither_break_nor_leak()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ROCKET_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var mutator = new FrameMutator(new Random(seed));

        for (var number = 0; number < 1_000; number++)
        {
            TakeIn(mutator.Next(), number, seed);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < Count; number++)
        {
            TakeIn(mutator.Next(), number, seed);
        }

        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;

        output.WriteLine($"{_read} read, {_incomplete} incomplete, {_refused} refused; {kept} bytes kept");
        Assert.True(kept < MostBytesKept, $"{kept} bytes were kept, seed {seed}");
        Assert.True(_read > Count / 5 && _refused > Count / 5, $"the frames are too good or too bad to tell anything, seed {seed}");
    }

    private void TakeIn(byte[] bytes, int number, int seed)
    {
        try
        {
            // One in four arrives in two pieces, cut somewhere.
            var buffer = number % 4 == 0 ? Segments.SplitAt(bytes, number % (bytes.Length + 1)) : new ReadOnlySequence<byte>(bytes);
            if (!FrameReader.TryRead(ref buffer, FrameLimits.Default, out var frame))
            {
                _incomplete++;
                return;
            }

            _header.Decode(frame.Header, frame.SerializeType);
            LookAtHeader();
            LookAtRequest();
            LookAtBody(frame.Body);
            _read++;
        }
        catch (ProtocolViolationException)
        {
            _refused++;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}: {Convert.ToHexString(bytes)}", exception);
        }
    }

    private void LookAtHeader()
    {
        var length = _header.Remark?.Length ?? 0;
        foreach (var field in _header.Fields)
        {
            length += field.Name.Length + field.Value.Length;
            TopicName.Validate(field.Value, out _);
            _ = MessageId.TryParse(field.Value, out _);
            JavaHash.OfUtf8(field.Value);
            LookAtProperties(field.Value);
        }

        Assert.True(length <= FrameLimits.Default.MaxHeaderBytes);
    }

    private void LookAtRequest()
    {
        Look<SendMessageRequest>();
        Look<PullMessageRequest>();
        Look<UpdateConsumerOffsetRequest>();
        Look<EndTransactionRequest>();
        Look<CreateTopicRequest>();
        Look<KvConfigRequest>();
    }

    private void Look<T>() where T : IRequestHeader<T>, allows ref struct
    {
        if (!T.TryRead(_header, out _, out var error))
        {
            Assert.NotEmpty(error);
        }
    }

    private void LookAtBody(in ReadOnlySequence<byte> body)
    {
        var batch = new BatchBodyReader(body);
        while (batch.TryMoveNext())
        {
            LookAtProperties(batch.Properties);
        }

        var rest = body.FirstSpan;
        while (MessageView.TryRead(rest, out var view))
        {
            view.BodyCrcMatches();
            LookAtProperties(view.Properties);
            rest = rest[view.TotalSize..];
        }

        if (_header.Code == RequestCode.HeartBeat && !ProtocolJson.TryParse<HeartbeatData>(body, out _, out var error))
        {
            Assert.NotEmpty(error);
        }
    }

    private static void LookAtProperties(ReadOnlySpan<byte> properties)
    {
        MessageProperties.TryGet(properties, PropertyNames.Tags, out _);
        Span<byte> stored = stackalloc byte[2 * 2048];
        var length = MessageProperties.StoredLength(properties, "C"u8);
        if (length <= stored.Length)
        {
            Assert.Equal(length, MessageProperties.WriteStored(properties, "C"u8, stored));
        }
    }
}
