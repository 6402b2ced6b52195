namespace Rocket.Actors.Forming;

/// <summary>How one voter of a cluster stands with the others, as another voter knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsHeard">Whether this node hears it.</param>
/// <param name="IsMissed">Whether Akka's failure detector of this node misses it; the resolver of splits acts on that.</param>
/// <param name="Hears">Whom it said last that it hears.</param>
/// <param name="IsAlone">Whether it said last that there is a broker which only it could lead.</param>
public sealed record VoterHearing(string Name, bool IsHeard, bool IsMissed, IReadOnlyCollection<string> Hears, bool IsAlone = false);

/// <summary>
/// Whether this node has to step down since a link between two voters is cut while others hear both. Pure; times are readings of one steady clock.
/// </summary>
/// <remarks>
/// <code>
///    node1 ──╳── node2        the resolver of splits would take node1 and node2 out, and with them the majority
///        ╲       ╱
///         witness             node2, the higher name, takes itself out before: node1 and the witness go on
/// </code>
/// Two voters hear each other if both say so; of two that this node hears neither of, it supposes that they do. As long as two in the cluster don't, the one that misses the most
/// goes; of several one that leads nothing which only it could lead, and of those the one with the highest name. All that hear a voter who hears both come to the same result, without asking.
/// <para>
/// A node that dies is noticed by its peers at different moments, and looks like a cut link meanwhile: so the result has to stand for <c>settleTime</c>. It has to be
/// over before the resolver acts, which waits for <c>stable-after</c> from the moment on that Akka's failure detector misses somebody.
/// </para>
/// <para>A voter that nobody hears is no reason: that is a crash, or a split, which the resolver deals with. Nor is anything that would not leave a majority.</para>
/// </remarks>
public sealed class StepDownState
{
    private readonly string _self;
    private readonly int _voters;
    private readonly TimeSpan _settleTime;
    private TimeSpan? _since;

    /// <param name="self">Name of this node.</param>
    /// <param name="voters">How many voters there are, this one among them.</param>
    /// <param name="settleTime">How long it has to look the same.</param>
    public StepDownState(string self, int voters, TimeSpan settleTime) => (_self, _voters, _settleTime) = (self, voters, settleTime);

    /// <summary>Looks at how things stand.</summary>
    /// <param name="now">When.</param>
    /// <param name="isAlone">Whether there is a broker that only this node could lead.</param>
    /// <param name="others">All other voters that are members of this node's cluster.</param>
    /// <returns>Why this node has to step down; null: it has not.</returns>
    public string? Look(TimeSpan now, bool isAlone, IReadOnlyCollection<VoterHearing> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var lost = others.Where(other => !IsPair(other)).Select(other => other.Name).ToHashSet(StringComparer.Ordinal);
        if (lost.Count == 0 || !HasToGo(isAlone, others))
        {
            _since = null;
            return null;
        }

        // The time begins with the links, which notice sooner: once Akka's failure detector misses one of the two, here or there, the resolver does not wait for long.
        _since ??= now;
        if (now - _since < _settleTime || !others.Any(other => lost.Contains(other.Name) && (other.IsMissed || other.IsHeard)))
        {
            return null;
        }

        var names = string.Join(", ", lost.Order(StringComparer.Ordinal));
        var between = string.Join(", ", others.Where(other => IsPair(other) && other.Hears.Any(lost.Contains)).Select(other => other.Name).Order(StringComparer.Ordinal));
        return $"the link with {names} is cut, and {between} hears both";
    }

    private bool HasToGo(bool isAlone, IReadOnlyCollection<VoterHearing> others)
    {
        var heard = others.Where(other => other.IsHeard).ToDictionary(other => other.Name, StringComparer.Ordinal);
        List<string> left = [_self, .. others.Where(other => other.IsHeard || heard.Values.Any(by => by.Hears.Contains(other.Name))).Select(other => other.Name)];
        var alone = others.Where(other => other.IsAlone).Select(other => other.Name).Concat(isAlone ? [_self] : []).ToHashSet(StringComparer.Ordinal);
        while (left.Count * 2 > _voters)
        {
            var missing = left.ToDictionary(name => name, name => left.Count(other => other != name && !Hear(name, other)), StringComparer.Ordinal);
            var most = missing.Values.Max();
            if (most == 0)
            {
                return !left.Contains(_self);
            }

            left.Remove(left.Where(name => missing[name] == most).OrderBy(alone.Contains).ThenByDescending(name => name, StringComparer.Ordinal).First());
        }

        return false;

        bool Hear(string one, string other) => Says(one, other) && Says(other, one);

        bool Says(string one, string other) =>
            one == _self ? heard.ContainsKey(other) : !heard.TryGetValue(one, out var voter) || voter.Hears.Contains(other);
    }

    private bool IsPair(VoterHearing other) => other.IsHeard && other.Hears.Contains(_self);
}
