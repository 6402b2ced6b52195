using Microsoft.AspNetCore.Http;

namespace Rocket.Host.Commands.Http;

/// <summary>How a failure is told: a code for programs, and an HTTP status.</summary>
internal static class FailureStatus
{
    /// <summary>Codes that mean that the command line was wrong.</summary>
    public const string WrongWords = "wrong-words";

    public static (string Code, int Status) Of(CommandFailure failure) => failure switch
    {
        CommandFailure.WrongWords => (WrongWords, StatusCodes.Status400BadRequest),
        CommandFailure.UnknownCommand => (WrongWords, StatusCodes.Status404NotFound),
        CommandFailure.NotFound => ("not-found", StatusCodes.Status404NotFound),
        CommandFailure.Refused => ("refused", StatusCodes.Status409Conflict),
        CommandFailure.NotConfirmed => ("not-confirmed", StatusCodes.Status409Conflict),
        CommandFailure.Forbidden => ("forbidden", StatusCodes.Status403Forbidden),
        CommandFailure.BadRequest => ("bad-request", StatusCodes.Status400BadRequest),
        CommandFailure.TooLarge => ("too-large", StatusCodes.Status413PayloadTooLarge),
        CommandFailure.Unavailable => ("unavailable", StatusCodes.Status503ServiceUnavailable),
        CommandFailure.Timeout => ("timeout", StatusCodes.Status504GatewayTimeout),
        _ => ("failed", StatusCodes.Status500InternalServerError),
    };
}
