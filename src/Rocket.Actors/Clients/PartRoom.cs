using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>
/// How much room is left in the parts that this node publishes. Only encoding tells how large a part is, since texts are shared and compressed; it is encoded
/// whenever it is published, and what comes in between counts as if nothing could be shared.
/// </summary>
/// <param name="encode">Encodes a part of this node as it is now, or one with other memberships, and says how many bytes that is.</param>
internal sealed class PartRoom(Func<int, ImmutableArray<ConsumerMembership>?, int> encode)
{
    /// <summary>Bytes from which on a client is a large one. Most are far below.</summary>
    private const int Large = 4096;

    /// <summary>What large clients leave to the others, so that a few with long expressions keep nobody out.</summary>
    private const int LeftToOthers = ClientPart.GreatestBytes / 4;

    private readonly int[] _measured = new int[ClientPart.Count];
    private readonly int[] _added = new int[ClientPart.Count];
    private readonly bool[] _hasChanged = new bool[ClientPart.Count];

    /// <summary>Bytes of a part at most.</summary>
    public int Taken(int part) => _measured[part] + _added[part];

    /// <summary>A part was encoded.</summary>
    public void Measured(int part, int bytes)
    {
        _measured[part] = bytes;
        _added[part] = 0;
        _hasChanged[part] = false;
    }

    /// <summary>A part is no longer as it was measured.</summary>
    public void Changed(int part) => _hasChanged[part] = true;

    /// <summary>Takes room for what a client says anew; false: there is none. Costs no more than encoding that, unless other clients have come meanwhile.</summary>
    /// <param name="part">The client's part.</param>
    /// <param name="memberships">What is new.</param>
    /// <param name="content">Bytes of that, each on its own.</param>
    public bool TryTake(int part, ImmutableArray<ConsumerMembership> memberships, int content)
    {
        int room = ClientPart.GreatestBytes - (content > Large ? LeftToOthers : 0);
        if (Taken(part) + content > room)
        {
            content = encode(part, memberships);
            if (Taken(part) + content > room && _hasChanged[part])
            {
                Measured(part, encode(part, null));
            }
        }

        if (Taken(part) + content > room)
        {
            return false;
        }

        _added[part] += content;
        return true;
    }
}
