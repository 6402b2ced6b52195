namespace Rocket.Host.Commands.Terminal;

/// <summary>How <c>cmd</c> ends; scripts rely on it.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The node refused it, or failed at it.</summary>
    public const int Refused = 1;

    /// <summary>The words make no sense.</summary>
    public const int WrongWords = 2;

    /// <summary>No node answers there.</summary>
    public const int Unreachable = 3;
}
