using System.Globalization;
using Akka.DistributedData;

namespace Rocket.Actors.Wire;

/// <summary>Key of one <see cref="PublishedPart"/> in DistributedData: <c>family/index/owner</c>; the owner may contain a slash.</summary>
public sealed class PartKey(string family, string owner, int index)
    : Key<PublishedPart>(string.Create(CultureInfo.InvariantCulture, $"{family}/{index}/{owner}"))
{
    /// <summary>Whose vocabulary the payload is in, for instance <c>routes</c>; without a slash.</summary>
    public string Family { get; } = family;

    /// <summary>What the part belongs to: a broker's name or a node's.</summary>
    public string Owner { get; } = owner;

    /// <summary>Which of the owner's parts it is, from 0.</summary>
    public int Index { get; } = index;
}
