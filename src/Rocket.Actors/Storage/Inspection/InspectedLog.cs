namespace Rocket.Actors.Storage.Inspection;

/// <summary>What a log turned out to hold.</summary>
/// <param name="HasFiles">Whether there is anything in its folder.</param>
/// <param name="HasRecords">Whether a record could be read.</param>
/// <param name="Epoch">The highest epoch among its records; −1 without one.</param>
/// <param name="IsWhole">Whether nothing in it is damaged.</param>
public sealed record InspectedLog(bool HasFiles, bool HasRecords, long Epoch, bool IsWhole);
