using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Framing;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Load;

internal enum SendMode
{
    /// <summary>One request outstanding on a connection.</summary>
    Sync,

    /// <summary>As many outstanding as --in-flight says.</summary>
    Async,

    /// <summary>Nothing is answered; counted as sent.</summary>
    Oneway,

    /// <summary>As async, with --batch messages in each request (code 320).</summary>
    Batch,
}

internal enum HeaderEncoding
{
    Json,
    Binary,
}

/// <summary>What one run of <c>load</c> does.</summary>
internal sealed record LoadOptions
{
    public string? NameServer { get; init; }

    public string? Broker { get; init; }

    public required string Topic { get; init; }

    public bool CreateTopic { get; init; }

    public int Queues { get; init; }

    /// <summary>Bytes of one message body.</summary>
    public int Size { get; init; }

    public SendMode Mode { get; init; }

    /// <summary>Messages in one request; 1 unless the mode is batch.</summary>
    public int MessagesPerFrame { get; init; }

    public SerializeType Serialize { get; init; }

    public bool Produce { get; init; }

    public bool Consume { get; init; }

    public int Connections { get; init; }

    public int Consumers { get; init; }

    public int InFlight { get; init; }

    public int PullBatch { get; init; }

    public string ConsumerGroup { get; init; } = "load-consumers";

    public TimeSpan Warmup { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Stops after that many messages instead of after <see cref="Duration"/>.</summary>
    public long? Count { get; init; }

    public IReadOnlyList<int> ProcessIds { get; init; } = [];

    public string? Journal { get; init; }

    /// <summary>How long a producer keeps trying to come back after its connection was lost; zero = it ends.</summary>
    public TimeSpan Reconnect { get; init; }

    public bool Json { get; init; }

    public static LoadOptions Parse(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine, "no-create", "produce", "consume", "both", "json");
        var both = arguments.Flag("both");
        var consume = arguments.Flag("consume") || both;
        var mode = arguments.Choice("mode", SendMode.Async);
        var connections = arguments.Number("connections", 8, 1, 10_000);
        var options = new LoadOptions
        {
            NameServer = arguments.Text("name-server"),
            Broker = arguments.Text("broker"),
            Topic = arguments.Text("topic") ?? "RocketLoad",
            CreateTopic = !arguments.Flag("no-create"),
            Queues = arguments.Number("queues", 8, 1, 4096),
            Size = arguments.Number("size", 1024, 0, 4 * 1024 * 1024),
            Mode = mode,
            MessagesPerFrame = mode == SendMode.Batch ? arguments.Number("batch", 16, 1, 4096) : 1,
            Serialize = arguments.Choice("serialize", HeaderEncoding.Json) == HeaderEncoding.Json ? SerializeType.Json : SerializeType.RocketMq,
            Produce = arguments.Flag("produce") || both || !consume,
            Consume = consume,
            Connections = connections,
            Consumers = arguments.Number("consumers", connections, 1, 10_000),
            InFlight = mode == SendMode.Sync ? 1 : arguments.Number("in-flight", 64, 1, Opaques.MaxSlots),
            PullBatch = arguments.Number("pull-batch", 32, 1, 1024),
            ConsumerGroup = arguments.Text("group") ?? "load-consumers",
            Warmup = arguments.Seconds("warmup", 2),
            Duration = arguments.Seconds("duration", 10),
            Count = arguments.LongNumber("count", 0, 0, long.MaxValue) is > 0 and var count ? count : null,
            ProcessIds = [.. arguments.Many("pid").Select(text => int.TryParse(text, out var pid) ? pid : throw new UsageException($"--pid {text} is no process id"))],
            Journal = arguments.Text("journal"),
            Reconnect = arguments.Seconds("reconnect", 0),
            Json = arguments.Flag("json"),
        };
        arguments.Complete();
        return options.Checked();
    }

    private LoadOptions Checked()
    {
        if (NameServer is null == Broker is null)
        {
            throw new UsageException("one of --name-server and --broker is needed");
        }

        if (Journal is not null && (!Produce || Mode == SendMode.Oneway))
        {
            throw new UsageException("--journal notes confirmed sends: it needs --produce and a mode that is answered");
        }

        if (Journal is not null && Size < BodyStamp.Length)
        {
            throw new UsageException($"--journal needs bodies of {BodyStamp.Length} bytes or more");
        }

        // A warm-up would take from the count, and a journal has to hold what it sends too.
        return Count is null && Journal is null ? this : this with { Warmup = TimeSpan.Zero };
    }
}
