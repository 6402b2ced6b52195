namespace Rocket.Actors.Storage;

/// <summary>Where one epoch ends in a log.</summary>
/// <param name="Epoch">The epoch; −1: no record is of the epoch that was asked for, or of one before it.</param>
/// <param name="End">Behind its last record; without one, the first record that is still there.</param>
public readonly record struct EpochEnd(long Epoch, LogPoint End);
