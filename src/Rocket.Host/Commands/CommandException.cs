namespace Rocket.Host.Commands;

/// <summary>Why a command is not done.</summary>
internal enum CommandFailure
{
    /// <summary>Unknown, missing or impossible words.</summary>
    WrongWords,

    /// <summary>There is no such command here; a slip, or a node of another version.</summary>
    UnknownCommand,

    /// <summary>What the command is about does not exist.</summary>
    NotFound,

    /// <summary>Understood, but it cannot be as things stand.</summary>
    Refused,

    /// <summary>Nobody has confirmed it.</summary>
    NotConfirmed,

    /// <summary>This asker may not.</summary>
    Forbidden,

    /// <summary>The request is not what the node takes, whatever the command.</summary>
    BadRequest,

    /// <summary>The request is too large.</summary>
    TooLarge,

    /// <summary>Not now: the node starts, stops, or has too much to do.</summary>
    Unavailable,

    /// <summary>Somebody within the node did not answer in time.</summary>
    Timeout,

    /// <summary>A fault in the program.</summary>
    Failed,
}

/// <summary>A command that is not done; the message is one line for a person.</summary>
internal sealed class CommandException(CommandFailure failure, string message) : Exception(message)
{
    public CommandFailure Failure => failure;

    public static CommandException WrongWords(string message) => new(CommandFailure.WrongWords, message);

    public static CommandException NotFound(string message) => new(CommandFailure.NotFound, message);

    public static CommandException Refused(string message) => new(CommandFailure.Refused, message);

    public static CommandException Unavailable(string message) => new(CommandFailure.Unavailable, message);
}
