using Rocket.Actors.Cluster;

namespace Rocket.Actors.Groups;

/// <summary>Which consumer groups exist without anybody creating them.</summary>
internal static class SystemGroups
{
    /// <summary>Begins the names of a broker's own groups. No client can name one: it is no legal name.</summary>
    private const string OwnPrefix = "rocket/";

    /// <summary>How far delayed messages are delivered.</summary>
    public const string Schedule = OwnPrefix + "schedule";

    /// <summary>How far transactions are settled.</summary>
    public const string Transactions = OwnPrefix + "transactions";

    /// <summary>Groups of RocketMQ's own tools and gateways.</summary>
    private static readonly string[] Names =
    [
        "TOOLS_CONSUMER", "FILTERSRV_CONSUMER", "SELF_TEST_C_GROUP", "CID_ONS-HTTP-PROXY", "CID_ONSAPI_PULL", "CID_ONSAPI_PERMISSION", "CID_ONSAPI_OWNER",
        "CID_RMQ_SYS_TRANS",
    ];

    /// <summary>Whether a group is how a broker itself consumes.</summary>
    public static bool IsOwn(string group) => group.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>Whether a broker may create the group when a consumer shows up.</summary>
    public static bool MayCreate(BrokerSettings settings, string group) =>
        settings.AutoCreateSubscriptionGroup || Array.IndexOf(Names, group) >= 0;
}
