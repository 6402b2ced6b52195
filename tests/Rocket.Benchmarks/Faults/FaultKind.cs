using System.Text;

namespace Rocket.Benchmarks.Faults;

/// <summary>What is done to three nodes of which two lead a broker each and copy the other's, and one only votes.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of the node that leads a broker.</summary>
    KillMaster,

    /// <summary>kill -9 of a node that leads nothing and has copies of both brokers.</summary>
    KillSlave,

    /// <summary>kill -9 of the node that only votes.</summary>
    KillWitness,

    /// <summary>kill -9 of all three at once.</summary>
    KillAll,

    /// <summary>kill -9 of two at once: the one that is left has no majority.</summary>
    KillTwo,

    /// <summary>The node that leads a broker stands still for 30 s and goes on.</summary>
    FreezeMaster,

    /// <summary>A node that leads nothing stands still for 30 s and goes on.</summary>
    FreezeSlave,

    /// <summary>Any node stands still for less than 8 s, so that it is not always clear whether it is gone.</summary>
    FreezeBriefly,

    /// <summary>A data folder is lost: kill -9, and it starts with nothing.</summary>
    Wipe,

    /// <summary>The witness loses its folder and is started again at once.</summary>
    WipeWitness,

    /// <summary>SIGTERM of any node, and it starts again.</summary>
    Stop,

    /// <summary>SIGTERM of all three at once.</summary>
    StopAll,

    /// <summary>A person hands a broker over, and back.</summary>
    HandOver,

    /// <summary>kill -9 of a node while another one comes back.</summary>
    KillWhileReturning,
}

/// <summary>Kinds as they are typed and printed: <c>kill-master</c>.</summary>
internal static class FaultKindNames
{
    public static IReadOnlyList<FaultKind> All { get; } = Enum.GetValues<FaultKind>();

    public static string Name(this FaultKind kind)
    {
        var name = new StringBuilder();
        foreach (var letter in kind.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
