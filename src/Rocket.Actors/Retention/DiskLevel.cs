namespace Rocket.Actors.Retention;

/// <summary>What the use of a broker's disk calls for; each level includes the ones before it.</summary>
internal enum DiskLevel
{
    /// <summary>Nothing.</summary>
    Normal,

    /// <summary>disk-max-used-space-ratio: what has expired goes at once.</summary>
    ExpiredGoes,

    /// <summary>disk-clean-forcibly-ratio: what was consumed goes too.</summary>
    ConsumedGoes,

    /// <summary>disk-refuse-writes-ratio: nothing comes in.</summary>
    SendsRefused,
}
