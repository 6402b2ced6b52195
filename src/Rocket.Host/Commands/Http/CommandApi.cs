using System.Buffers;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rocket.Host.Commands.Http;

/// <summary>
/// The commands over HTTP: <c>GET /api/commands</c> lists them, <c>POST /api/commands/{palette}/{command}</c> with a JSON object of arguments does one.
/// </summary>
/// <param name="logger">The node's log.</param>
internal sealed partial class CommandApi(ILogger logger)
{
    private const string Root = "/api/commands";

    /// <summary>Commands at work at once; a further one is refused.</summary>
    private const int MostCommands = 16;

    private static readonly JsonDocumentOptions BodyOptions = new() { MaxDepth = 4 };

    private readonly Places _commands = new(MostCommands);
    private readonly CommandTails _tails = new();
    private volatile CommandContext? _context;

    /// <summary>From now on there is a node to command.</summary>
    public void Open(CommandContext context) => _context = context;

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            RequestGuard.CheckHost(http.Request.Host);
            await RouteAsync(http).ConfigureAwait(false);
        }
        catch (CommandException refusal)
        {
            await AnswerAsync(http, refusal.Failure, refusal.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad)
        {
            var failure = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? CommandFailure.TooLarge : CommandFailure.BadRequest;
            await AnswerAsync(http, failure, bad.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception fault)
        {
            LogFailed(logger, fault, http.Request.Path);
            await AnswerAsync(http, CommandFailure.Failed, $"{fault.GetType().Name}: {fault.Message}").ConfigureAwait(false);
        }
    }

    private Task RouteAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.Path == Root && HttpMethods.IsGet(request.Method))
        {
            return AnswerAsync(http, StatusCodes.Status200OK, output => CommandJson.Write(output, CommandRegistry.All));
        }

        if (!request.Path.StartsWithSegments(Root, out var rest) || rest.Value?.Split('/') is not ["", var palette, var name])
        {
            throw CommandException.NotFound($"there is nothing at {request.Path}; GET {Root} lists the commands");
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            throw new CommandException(CommandFailure.BadRequest, "a command is sent by POST");
        }

        RequestGuard.CheckCommand(request.Headers, request.Host, request.ContentType);
        var command = CommandRegistry.Find(palette, name)
            ?? throw new CommandException(CommandFailure.UnknownCommand, $"this node knows no command {palette} {name}");
        return RunAsync(http, command);
    }

    private async Task RunAsync(HttpContext http, ICommand command)
    {
        var description = command.Description;
        if (description.Changes && !RequestGuard.IsLocal(http.Connection.RemoteIpAddress, http.Request.Headers))
        {
            throw new CommandException(
                CommandFailure.Forbidden, $"{description.FullName} changes something, and without a login that is taken from the node's own machine only");
        }

        var context = _context ?? throw CommandException.Unavailable("the node is starting");
        var arguments = await ReadArgumentsAsync(http, description).ConfigureAwait(false);
        if (description.Question is { } question && !arguments.IsConfirmed)
        {
            throw new CommandException(CommandFailure.NotConfirmed, $"{description.FullName} has to be confirmed (yes): {question}");
        }

        if (description.Changes)
        {
            LogChange(logger, description.Palette, description.Name, http.Connection.RemoteIpAddress, http.Connection.RemotePort);
        }

        switch (command)
        {
            case ITableCommand table:
                await RunAsync(http, table, arguments, context).ConfigureAwait(false);
                break;
            case ITailCommand tail:
                await _tails.RunAsync(http, tail, arguments, context).ConfigureAwait(false);
                break;
        }
    }

    private async Task RunAsync(HttpContext http, ITableCommand command, CommandArguments arguments, CommandContext context)
    {
        if (!_commands.TryTake())
        {
            throw CommandException.Unavailable($"{MostCommands} commands are at work already; ask again");
        }

        try
        {
            var result = await ExecuteAsync(command, arguments, context, http.RequestAborted).ConfigureAwait(false);
            await AnswerAsync(http, StatusCodes.Status200OK, output => CommandJson.Write(output, result)).ConfigureAwait(false);
            if (result.Afterwards is { } afterwards)
            {
                await http.Response.CompleteAsync().ConfigureAwait(false);
                afterwards();
            }
        }
        finally
        {
            _commands.GiveBack();
        }
    }

    private static async Task<CommandResult> ExecuteAsync(
        ITableCommand command, CommandArguments arguments, CommandContext context, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(CommandContext.Patience);
        try
        {
            return await command.ExecuteAsync(arguments, context, patience.Token).ConfigureAwait(false);
        }
        catch (Exception timeout) when (timeout is OperationCanceledException or Akka.Actor.AskTimeoutException && !aborted.IsCancellationRequested)
        {
            throw new CommandException(
                CommandFailure.Timeout, $"{command.Description.FullName}: the node did not answer itself within {CommandContext.Patience.TotalSeconds} s");
        }
    }

    private static async Task<CommandArguments> ReadArgumentsAsync(HttpContext http, CommandDescription command)
    {
        if (http.Request.ContentLength == 0)
        {
            return CommandArguments.Of(command, null);
        }

        try
        {
            using var json = await JsonDocument.ParseAsync(http.Request.Body, BodyOptions, http.RequestAborted).ConfigureAwait(false);
            return CommandArguments.Of(command, json.RootElement);
        }
        catch (JsonException)
        {
            throw new CommandException(CommandFailure.BadRequest, "the body is no JSON object");
        }
    }

    private static Task AnswerAsync(HttpContext http, CommandFailure failure, string message)
    {
        var (code, status) = FailureStatus.Of(failure);
        return AnswerAsync(http, status, output => CommandJson.WriteError(output, code, message));
    }

    private static async Task AnswerAsync(HttpContext http, int status, Action<IBufferWriter<byte>> write)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        write(http.Response.BodyWriter);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Operator command {Palette} {Name} from {Remote}:{Port}")]
    private static partial void LogChange(ILogger logger, string palette, string name, IPAddress? remote, int port);

    [LoggerMessage(Level = LogLevel.Error, Message = "The operators' request {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception fault, string path);
}
