using System.Runtime.Serialization;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata;

/// <summary>Tells damaged metadata, which a person has to look at, from a failure that may be over at the next attempt.</summary>
internal static class MetadataDamage
{
    public static bool Is(Exception failure) => CauseOf(failure) is not null;

    /// <summary>The damage that led to a failure; null when none did.</summary>
    public static Exception? CauseOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is DamagedLogException or DamagedRecordException or DamagedMetadataException or NewerFormatException
                or SerializationException or FormatException)
            {
                return cause;
            }
        }

        return null;
    }
}
