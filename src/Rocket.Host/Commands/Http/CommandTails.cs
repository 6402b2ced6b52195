using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Rocket.Host.Commands.Http;

/// <summary>Commands that go on telling, as lines of JSON (NDJSON): until the asker leaves, or the node stops.</summary>
internal sealed class CommandTails
{
    /// <summary>Tails at once; each holds a connection.</summary>
    private const int MostTails = 8;

    /// <summary>An empty line after so much silence: an asker that is gone is noticed only by writing.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    private readonly Places _places = new(MostTails);

    /// <summary>Writes lines until the end.</summary>
    public async Task RunAsync(HttpContext http, ITailCommand command, CommandArguments arguments, CommandContext context)
    {
        if (!_places.TryTake())
        {
            throw CommandException.Unavailable($"{MostTails} askers tail already");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, context.Stopping);
        try
        {
            http.Response.ContentType = "application/x-ndjson";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            await http.Response.StartAsync(end.Token).ConfigureAwait(false);
            await WriteAsync(http, command.RunAsync(arguments, context, end.Token), end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The one or the other has left: that is the end of a tail.
        }
        finally
        {
            _places.GiveBack();
        }
    }

    private static async Task WriteAsync(HttpContext http, IAsyncEnumerable<TailLine> lines, CancellationTokenSource end)
    {
        var cancellation = end.Token;
        var output = http.Response.BodyWriter;
        await using var next = lines.GetAsyncEnumerator(cancellation);
        var waiting = next.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (await Task.WhenAny(waiting, Task.Delay(SignOfLife, cancellation)).ConfigureAwait(false) == waiting)
                {
                    if (!await waiting.ConfigureAwait(false))
                    {
                        return;
                    }

                    CommandJson.Write(output, next.Current);
                    waiting = next.MoveNextAsync().AsTask();
                }

                cancellation.ThrowIfCancellationRequested();
                output.Write("\n"u8);
                await output.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            // The enumerator may not be disposed while it moves; how that move ends is of no interest any more.
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
