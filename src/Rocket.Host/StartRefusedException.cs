namespace Rocket.Host;

/// <summary>
/// The node can't start for a reason that the user can mend: a port in use, a data folder that another process holds. The message is one
/// line for a person and names the key; it is shown without a stack trace, and the process ends with exit code 1.
/// </summary>
public sealed class StartRefusedException : Exception
{
    /// <summary>Refuses with one line.</summary>
    public StartRefusedException(string line)
        : base(line)
    {
    }

    /// <summary>Refuses with one line; the cause is for debuggers.</summary>
    public StartRefusedException(string line, Exception cause)
        : base(line, cause)
    {
    }
}
