using System.Diagnostics;
using System.Globalization;
using Rocket.Actors.Links;
using Rocket.Benchmarks.CommandLine;

namespace Rocket.Benchmarks.Links;

/// <summary><c>links</c>: what the connection between two nodes carries.</summary>
internal static class LinksCommand
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine);
        var sizes = arguments.Many("size").Select(size => int.Parse(size, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).ToList();
        var duration = arguments.Seconds("duration", 5);
        arguments.Complete();
        foreach (var size in sizes is [0] ? [1024, 64 << 10] : sizes)
        {
            await MeasureAsync(size, duration).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task MeasureAsync(int size, TimeSpan duration)
    {
        var pair = await LinkedPair.StartAsync().ConfigureAwait(false);
        await using var disposed = pair.ConfigureAwait(false);
        var acks = new AckCounter();
        pair.Second.Register(LinkKind.RecordBatch, new Acknowledger());
        pair.First.Register(LinkKind.ReplicationAck, acks);
        var link = pair.First.Find(LinkedPair.SecondName)!;
        using var end = new CancellationTokenSource();
        var sending = Task.Run(() => SendAsync(link, size, end.Token));
        await Task.Delay(Warmup).ConfigureAwait(false);

        var process = Process.GetCurrentProcess();
        var (frames, bytes, cpu, watch) = (acks.Count, GC.GetTotalAllocatedBytes(), process.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(duration).ConfigureAwait(false);
        var (seconds, acked) = (watch.Elapsed.TotalSeconds, acks.Count - frames);
        process.Refresh();
        var allocated = GC.GetTotalAllocatedBytes() - bytes;
        var micros = (process.TotalProcessorTime - cpu).TotalMicroseconds;
        await end.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{size,8} B: {acked / seconds,10:0} frames/s acknowledged, {acked * (double)size / seconds / 1e6,7:0} MB/s, "
            + $"{(double)allocated / acked:0.0} B allocated and {micros / acked:0.00} µs of processor time a frame, both sides together"));
    }

    private static async Task SendAsync(ILinkConnection link, int size, CancellationToken end)
    {
        using var room = new Room();
        while (!end.IsCancellationRequested)
        {
            var frame = LinkFrame.Rent(LinkKind.RecordBatch, size);
            frame.Payload.Fill(7);
            frame.Seal();
            while (link.TrySend(frame, room) == LinkSend.Full)
            {
                await room.WaitAsync().ConfigureAwait(false);
            }
        }
    }
}
