using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// The persistence id of a broker's metadata within one epoch, <c>NAME@EPOCH</c>. The epoch tells the plugins which open log is meant, so
/// that a master that was replaced can't write; only the name is stored, so that the next epoch's master finds everything.
/// </summary>
/// <param name="Name">What the records are stored under: the broker's name.</param>
/// <param name="Epoch">The writer's epoch.</param>
public readonly record struct MetadataPersistenceId(string Name, Epoch Epoch)
{
    private const char Separator = '@';

    /// <summary>Reads an id.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static MetadataPersistenceId Parse(string persistenceId) =>
        TryParse(persistenceId, out var id)
            ? id
            : throw new ArgumentException($"'{persistenceId}' is no persistence id of metadata: NAME{Separator}EPOCH is wanted.", nameof(persistenceId));

    /// <summary>Reads an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? persistenceId, out MetadataPersistenceId id)
    {
        id = default;
        var at = persistenceId?.LastIndexOf(Separator) ?? -1;
        if (at <= 0 || !long.TryParse(persistenceId.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
        {
            return false;
        }

        id = new MetadataPersistenceId(persistenceId![..at], new Epoch(epoch));
        return true;
    }

    /// <summary>The id as Akka.Persistence gets it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{Separator}{Epoch.Value}");
}
