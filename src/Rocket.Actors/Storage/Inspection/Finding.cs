namespace Rocket.Actors.Storage.Inspection;

/// <summary>How bad a <see cref="Finding"/> is.</summary>
public enum FindingSeverity
{
    /// <summary>What a crash leaves behind; the next start puts it right by itself.</summary>
    Note,

    /// <summary>Nothing is lost, but a person should know: it does not belong there, or the next start does more than usual.</summary>
    Warning,

    /// <summary>Something is lost or unreadable, or a start refuses it.</summary>
    Damage,
}

/// <summary>Something that is not as a stopped node leaves it.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">Path of the file or folder.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record Finding(FindingSeverity Severity, string File, string Problem, string Remedy);
